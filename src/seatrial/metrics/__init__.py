"""Shelf of metrics: one bounded number per case."""
