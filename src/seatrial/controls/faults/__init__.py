"""Planted flaws for input fuzzing and failing dependencies."""
