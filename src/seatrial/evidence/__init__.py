"""Step: writing it down."""
