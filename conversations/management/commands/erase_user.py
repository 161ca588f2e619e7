"""`manage.py erase_user EMAIL`: forget one person, with a receipt."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conversations.services import erase_person
from knowledge.models import User


class Command(BaseCommand):
    """Erase a person's conversations, keys and notes; objectives stay with the organization."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the person's address."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase and print the receipt."""
        user = User.objects.filter(email=str(options["email"]).lower()).first()
        if user is None:
            raise CommandError(f"Nobody has the address {options['email']}.")
        for line in erase_person(user).lines():
            self.stdout.write(line)
