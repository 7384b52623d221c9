"""What remedies share whose model is fitted whole."""
