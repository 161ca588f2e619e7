"""`manage.py retention`: one sweep of what nobody needs any more."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from conversations.retention import sweep


class Command(BaseCommand):
    """Delete sessions, timings and records that are older than the settings keep them."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, and print what is gone."""
        self.stdout.write(
            ", ".join(f"{name.replace('_', ' ')} {gone}" for name, gone in asdict(sweep()).items())
        )
