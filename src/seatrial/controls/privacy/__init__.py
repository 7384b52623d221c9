"""Planted flaws for privacy probes."""
