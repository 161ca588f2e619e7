"""Who or what makes a change, as history remembers it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid4

from django.db import connection

from knowledge.models import User


class Source(StrEnum):
    """What kind of hand made a change."""

    PERSON = "person"
    COACH = "coach"
    IMPORT = "import"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person in whose name a change is made, and the hand that made it."""

    user: User
    source: Source = Source.PERSON
    job_id: UUID | None = None


_REMEMBER = (
    "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)"
)


@contextmanager
def recorded(by: Actor) -> Iterator[None]:
    """Remember the actor with every row changed inside; needs a transaction around it.

    The facts are put where pghistory's triggers look for them, by one statement. Its own context manager
    puts them before every statement, which no server-side prepared statement survives. A rollback takes
    them back by itself.
    """
    facts = {"user": str(by.user.pk), "source": by.source.value}
    if by.job_id is not None:
        facts["job"] = str(by.job_id)
    _remember(str(uuid4()), json.dumps(facts))
    yield
    if not connection.needs_rollback:
        _remember("", "")


def _remember(context_id: str, facts: str) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("History is recorded inside a transaction.")
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, [context_id, facts])
