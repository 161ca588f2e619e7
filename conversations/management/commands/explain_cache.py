"""Say why a job was, or was not, answered from the cache."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conversations.cache.explain import explain
from conversations.models import Job


class Command(BaseCommand):
    """Compares a job's cache key, part by part, with the nearest earlier one."""

    help = "Say why a job was, or was not, answered from the response cache."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the job's id."""
        parser.add_argument("job", type=UUID, help="the job's id")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the comparison."""
        job = Job.objects.filter(pk=options["job"]).first()
        if job is None:
            raise CommandError(f"There is no job {options['job']}.")
        found = explain(job)
        self.stdout.write(f"job          {job.pk} ({job.status})")
        self.stdout.write(f"cache        {found.status or '–'}: {found.reason or '–'}")
        self.stdout.write(f"scope        {found.scope or '–'}")
        self.stdout.write(f"fingerprint  {found.fingerprint or '–'}")
        if found.nearest is not None:
            self.stdout.write(
                f"nearest      {found.nearest.pk} of {found.nearest.created_at:%Y-%m-%d %H:%M:%S}"
            )
        for part in found.parts:
            mark = "≠" if part.differs else "="
            self.stdout.write(
                f"  {mark} {part.component:<20} {part.here:<16} {part.there:<16} {part.meaning}"
            )
        self.stdout.write(found.sentence)
