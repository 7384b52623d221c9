"""Step: doing it."""
