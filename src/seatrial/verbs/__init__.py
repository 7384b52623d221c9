"""The public API and the only composition: one file per verb."""
