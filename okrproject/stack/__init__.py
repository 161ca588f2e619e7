"""The supervisor: every process of the system, started, watched and stopped together."""
