"""`manage.py create_api_key EMAIL [--organization SLUG]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conversations.api_keys import ApiKeyRefusedError, issue_api_key


class Command(BaseCommand):
    """Makes an API key and prints it, and nothing else, on standard output."""

    help = "Create an API key for a person, and the person and organization if they are missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person and the organization."""
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--organization", metavar="SLUG", help="where a new person belongs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the key; it cannot be shown again."""
        try:
            key = issue_api_key(options["email"], organization=options["organization"])
        except ApiKeyRefusedError as error:
            raise CommandError(error.message) from error
        self.stdout.write(key)
