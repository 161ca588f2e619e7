"""The chat page: Django templates for a person's own conversations."""
