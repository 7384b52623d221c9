"""Changes of a protected attribute that should not matter."""
