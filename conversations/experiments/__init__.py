"""The arithmetic of experiments: who sees which variant, what differs, and how sure that is."""
