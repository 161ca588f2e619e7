"""Management commands of knowledge."""
