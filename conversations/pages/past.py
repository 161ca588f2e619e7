"""The list of a person's conversations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from conversations.models import Session
from conversations.pages.scores import phase_name
from conversations.values import Phase

_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"))


@dataclass(frozen=True, slots=True)
class SessionShown:
    """One line of the list."""

    id: UUID
    name: str
    phase: str
    phase_name: str
    age: str


def listed(sessions: Iterable[Session]) -> list[SessionShown]:
    """Prepare sessions for the list."""
    now = timezone.now()
    return [
        SessionShown(
            id=one.pk,
            name=one.title or "Untitled",
            phase=one.phase,
            phase_name=phase_name(Phase(one.phase)),
            age=_age(one.updated_at, now),
        )
        for one in sessions
    ]


def _age(then: datetime, now: datetime) -> str:
    seconds = (now - then).total_seconds()
    return next((f"{seconds // size:.0f} {unit} ago" for size, unit in _UNITS if seconds >= size), "just now")
