"""For plugin authors: victims with known answers, and executable contracts."""
