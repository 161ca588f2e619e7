"""`/metrics`: what the processes counted, and how things stand."""
