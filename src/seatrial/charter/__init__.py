"""Step: what was promised."""
