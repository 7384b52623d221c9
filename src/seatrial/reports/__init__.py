"""Shelf of reporters: saying it."""
