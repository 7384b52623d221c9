"""Adversaries that learn about the training data."""
