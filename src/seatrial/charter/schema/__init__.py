"""The schema of a charter, and its published form for editors."""
