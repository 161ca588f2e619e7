"""`manage.py up`: the whole system in one terminal."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from okrproject.stack.command_line import RefusedError, add_arguments, run


class Command(BaseCommand):
    """Starts servers, web, workers and beat, keeps them running and drains them on SIGTERM."""

    help = "Run the whole stack until SIGTERM or Ctrl-C; prints `ready http://…` when it takes requests."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the supervisor's options."""
        add_arguments(parser)

    def handle(self, *args: object, **options: object) -> None:
        """Supervise until a signal comes."""
        try:
            run(options)
        except RefusedError as error:
            raise CommandError(str(error)) from error
