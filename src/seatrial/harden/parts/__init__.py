"""What a case may meet in a mixture: one file for each kind of change."""
