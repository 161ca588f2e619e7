"""`manage.py renew`: the running stack takes up the code on disk, process by process."""

import json
import os
import signal
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from okrproject.stack.claim import PIDS_FILE
from okrproject.stack.renewal import last_renewal


class Command(BaseCommand):
    """Migrate and replace web, workers and beat, each by a successor that is ready; no request fails."""

    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask how long to wait."""
        parser.add_argument("--within", type=float, default=900, help="seconds to wait (default 900)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask the supervisor, and wait for the end."""
        before = last_renewal(settings.DATA_DIR).number
        try:
            pids: dict[str, int] = json.loads((settings.DATA_DIR / PIDS_FILE).read_text())
            os.kill(pids["up"], signal.SIGUSR1)
        except (FileNotFoundError, ProcessLookupError, KeyError):
            raise CommandError(f"No stack is running on {settings.DATA_DIR}.") from None
        deadline = time.monotonic() + options["within"]
        while (done := last_renewal(settings.DATA_DIR)).number == before:
            if time.monotonic() > deadline:
                raise CommandError("The renewal has not ended yet; its log says how far it is.")
            time.sleep(0.1)
        if done.problem:
            raise CommandError(f"{done.problem} What could not be replaced goes on as it was.")
        self.stdout.write(f"The stack was renewed in {done.seconds:.1f} s.")
