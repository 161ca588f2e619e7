"""`manage.py backup [FILE]`: everything in the database, in one file."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from okrproject import env
from okrproject.backup.keep import NothingToBackUpError, back_up
from okrproject.backup.programs import ProgramError
from okrproject.stack.postgres import ClusterError
from okrproject.stack.postgres_home import HomeError


class Command(BaseCommand):
    """Write a backup while the stack runs, or while it does not."""

    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask where to."""
        parser.add_argument("file", nargs="?", type=Path, help="default <data dir>/backups/okr-<now>.dump")

    def handle(self, *args: Any, **options: Any) -> None:
        """Back up, and say what is in the file."""
        named = bool(env.text("DATABASE_URL")) and "DATABASE_URL" not in settings.FROM_RUNNING_STACK
        try:
            made = back_up(settings.DATA_DIR, options["file"], embedded_only=not named)
        except (NothingToBackUpError, ProgramError, ClusterError, HomeError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made.path} ({made.size:,} bytes, {made.tables} tables)")
