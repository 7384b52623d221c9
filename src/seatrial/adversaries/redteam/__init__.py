"""Adversaries that talk."""
