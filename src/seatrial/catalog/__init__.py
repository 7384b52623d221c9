"""The living library of scenarios."""
