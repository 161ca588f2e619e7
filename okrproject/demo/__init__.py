"""The demonstration: sample people, and a real conversation over the REST API."""
