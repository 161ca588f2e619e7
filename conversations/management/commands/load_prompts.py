"""Loads the shipped prompt."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from conversations.models import PromptVersion
from conversations.services.prompts import load_shipped_prompt


class Command(BaseCommand):
    """`manage.py load_prompts`: safe to run at every start, after `migrate`."""

    help = "Keep the shipped prompt as a version; it goes into production unless staff chose another."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and report."""
        table = PromptVersion._meta.db_table  # noqa: SLF001 - Django's public name for it
        if table not in connection.introspection.table_names():
            raise CommandError("Prompts have no table yet: run `manage.py migrate` first.")
        load = load_shipped_prompt()
        known = "created" if load.created else "known"
        self.stdout.write(f"Prompt: version {load.version} {known}, version {load.production} in production.")
