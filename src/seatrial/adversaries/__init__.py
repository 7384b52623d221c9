"""Shelf of adversaries: who tries to break it."""
