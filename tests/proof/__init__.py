"""Tests of what an outsider runs."""
