"""Telling other systems that a job ended: signed, retried, and only to public addresses."""
