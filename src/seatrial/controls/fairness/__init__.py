"""Planted flaws for fairness probes."""
