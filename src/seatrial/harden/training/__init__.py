"""Remedies that train the model again."""
