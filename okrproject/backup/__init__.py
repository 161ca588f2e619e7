"""Backups of the database, and what brings them back."""
