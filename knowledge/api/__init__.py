"""The REST endpoints of knowledge."""
