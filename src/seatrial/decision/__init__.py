"""Step: judging."""
