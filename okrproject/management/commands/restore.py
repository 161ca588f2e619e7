"""`manage.py restore FILE`: the database as a backup has it."""

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from okrproject.backup.bring_back import RestoreRefusedError, restore
from okrproject.backup.programs import ProgramError
from okrproject.stack.postgres import ClusterError
from okrproject.stack.postgres_home import HomeError


class Command(BaseCommand):
    """Fill an empty database from a backup; refuses to replace anything unless forced."""

    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the file."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="replace what is there, even under a stack")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, and say what has to be done next."""
        try:
            tables = restore(settings.DATA_DIR, options["file"], force=options["force"])
        except (
            RestoreRefusedError, ProgramError, ClusterError, HomeError, OSError, psycopg.Error,
        ) as error:  # fmt: skip
            raise CommandError(str(error)) from error
        self.stdout.write(f"{tables} tables restored; the next start migrates them to this version.")
