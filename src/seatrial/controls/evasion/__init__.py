"""Planted flaws for attacks that move inputs inside a ball."""
