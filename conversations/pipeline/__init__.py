"""From a claimed job to a saved reply, one module per step."""
