"""Planted flaws for red-team probes."""
