"""`manage.py reap`: one recovery sweep."""

from typing import Any

from django.core.management.base import BaseCommand

from conversations.reaper import reap


class Command(BaseCommand):
    """Take back jobs of workers that died, and send hints that were lost."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the sweep and print what it did."""
        sweep = reap()
        self.stdout.write(
            f"taken back {sweep.taken_back}, failed {sweep.failed}, "
            f"expired {sweep.expired}, sent {sweep.sent}"
        )
