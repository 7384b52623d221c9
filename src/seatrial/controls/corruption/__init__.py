"""Planted flaws for corruptions."""
