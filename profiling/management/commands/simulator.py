"""`manage.py simulator`: a local server that speaks the Messages API."""

from django.core.management.base import BaseCommand, CommandParser

from profiling.simulator.options import add_arguments, parsed_options
from profiling.simulator.server import run


class Command(BaseCommand):
    """Runs the simulator until a signal ends it."""

    help = "Serve the Messages API locally, with the latency of a profile and without a model."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the simulator's options."""
        add_arguments(parser)

    def handle(self, *args: object, **options: object) -> None:
        """Serve."""
        run(parsed_options(options))
