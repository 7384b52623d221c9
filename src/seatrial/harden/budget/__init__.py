"""How long a run is, and what it costs."""
