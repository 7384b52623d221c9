"""Shelf of targets: what answers."""
