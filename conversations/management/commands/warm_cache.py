"""Ask the model beforehand what most sessions begin with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from conversations.pipeline.warm_up import CALLS_A_MINUTE, MOST_OPENINGS, warm_up
from conversations.worker import live_ports


class Command(BaseCommand):
    """Fills the response cache with the answers to the most used openings."""

    help = "Put the answers to the most used openings into the response cache."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many, and how fast."""
        parser.add_argument("--most", type=int, default=MOST_OPENINGS, help="openings at most")
        parser.add_argument("--calls-a-minute", type=float, default=CALLS_A_MINUTE)

    def handle(self, *args: Any, **options: Any) -> None:
        """Warm up, and say how many calls it took."""
        calls = warm_up(live_ports(), most=options["most"], calls_a_minute=options["calls_a_minute"])
        self.stdout.write(f"{calls} openings were answered; the others were in the cache already.")
