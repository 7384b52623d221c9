"""A pack of scenarios."""
