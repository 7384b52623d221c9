"""A first charter from a model and data: match them, choose promises, try them on a few cases, write it down."""
