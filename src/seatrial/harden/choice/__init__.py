"""Which weights are kept, and who looks at them."""
