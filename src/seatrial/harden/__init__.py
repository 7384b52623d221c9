"""Shelf of remedies: mending what failed."""
