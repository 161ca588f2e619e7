"""Whether the system is well, measured when asked."""
