"""Step: what will be done."""
