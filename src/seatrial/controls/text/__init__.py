"""Planted flaws for edits of texts."""
