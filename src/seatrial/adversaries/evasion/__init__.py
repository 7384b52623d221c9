"""Adversaries that change the input so that a classifier errs."""
