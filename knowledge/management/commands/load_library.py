"""Loads the shipped knowledge library."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from knowledge.library.shipped import shipped_items
from knowledge.library.store import load_library
from knowledge.models import LibraryEntry


class Command(BaseCommand):
    """`manage.py load_library`: safe to run at every start, after `migrate`."""

    help = "Load the shipped examples, metrics, templates and anti-patterns; staff edits are kept."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the one option."""
        parser.add_argument("--force", action="store_true", help="Overwrite what staff edited, too.")

    def handle(self, *args: Any, force: bool, **options: Any) -> None:
        """Load and report."""
        table = LibraryEntry._meta.db_table  # noqa: SLF001 - Django's public name for it
        if table not in connection.introspection.table_names():
            raise CommandError("The library has no table yet: run `manage.py migrate` first.")
        report = load_library(shipped_items(), force=force)
        self.stdout.write(
            f"Library: {report.created} created, {report.updated} updated, {report.unchanged} unchanged, "
            f"{report.kept} kept as edited by staff, {report.retired} retired."
        )
