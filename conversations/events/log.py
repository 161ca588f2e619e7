"""The log of a job: one Redis Stream, one entry per batch of events."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from conversations.events.values import (
    CacheAsked,
    Closed,
    EventId,
    LoggedEvent,
    Reset,
    Started,
    Step,
    Token,
)

KEPT: Final = timedelta(hours=1)
MOST_BATCHES: Final = 2000
FIELD: Final = b"b"
_PREFIX = "okr:events:"
_KINDS: dict[str, type[LoggedEvent]] = {
    kind.name: kind for kind in (Started, Step, Token, CacheAsked, Reset, Closed)
}


class UnreadableBatchError(ValueError):
    """An entry of the log is not one of ours."""


def key_of(job_id: UUID) -> str:
    """Name a job's stream; its batches are published under the same name."""
    return f"{_PREFIX}{job_id}"


def job_of_key(key: str) -> UUID | None:
    """Give the job whose stream this is, if it is one."""
    try:
        return UUID(key.removeprefix(_PREFIX)) if key.startswith(_PREFIX) else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one attempt that were sent together, numbered from `first` without a gap."""

    attempt: int
    first: int
    events: tuple[LoggedEvent, ...]

    @property
    def last(self) -> EventId:
        """Give the last event's id, which is also the entry's: Redis then refuses older ones."""
        return EventId(self.attempt, self.first + len(self.events) - 1)

    def encoded(self) -> bytes:
        """Give the stored form."""
        return orjson.dumps([self.attempt, self.first, [[one.name, *astuple(one)] for one in self.events]])


def batch_of(stored: bytes) -> Batch:
    """Read the stored form; raises UnreadableBatchError."""
    try:
        attempt, first, events = orjson.loads(stored)
        return Batch(int(attempt), int(first), tuple(_event(one) for one in events))
    except (ValueError, TypeError, KeyError) as exc:
        raise UnreadableBatchError from exc


def _event(stored: Sequence[Any]) -> LoggedEvent:
    kind, *fields = stored
    return _KINDS[kind](*fields)


def merged(events: Sequence[LoggedEvent]) -> tuple[LoggedEvent, ...]:
    """Join tokens that follow each other."""
    joined: list[LoggedEvent] = []
    pieces: list[str] = []
    for event in events:
        if isinstance(event, Token):
            pieces.append(event.text)
            continue
        if pieces:
            joined.append(Token("".join(pieces)))
            pieces.clear()
        joined.append(event)
    if pieces:
        joined.append(Token("".join(pieces)))
    return tuple(joined)
