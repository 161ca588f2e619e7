"""The events of a job: a closed set."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeAlias

import orjson

from conversations.values import JobStatus


class EventId(NamedTuple):
    """An event's place among all events of its job: `{attempt}-{number}`, only ever growing.

    Attempts are counted over the job's whole life, so they go on growing when a job is retried.
    """

    attempt: int
    number: int

    def __str__(self) -> str:
        return f"{self.attempt}-{self.number}"

    def next(self) -> "EventId":
        """Give the place after this one."""
        return EventId(self.attempt, self.number + 1)


class UnreadableIdError(ValueError):
    """An event id is `{attempt}-{number}`, two whole numbers."""


_LONGEST = 10


def event_id(text: str) -> EventId:
    """Read an id; raises UnreadableIdError."""
    attempt, dash, number = text.partition("-")
    parts = (attempt, number)
    if not dash or not all(part.isascii() and part.isdigit() and len(part) <= _LONGEST for part in parts):
        raise UnreadableIdError(text)
    return EventId(int(attempt), int(number))


@dataclass(frozen=True, slots=True)
class Queued:
    """The job waits for a worker."""

    name: ClassVar[str] = "queued"
    position: int | None = None
    eta_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """A worker has begun."""

    name: ClassVar[str] = "started"
    attempt: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step has ended."""

    name: ClassVar[str] = "step"
    step: str
    ms: float


@dataclass(frozen=True, slots=True)
class Token:
    """The next piece of the reply."""

    name: ClassVar[str] = "token"
    text: str


@dataclass(frozen=True, slots=True)
class CacheAsked:
    """How the response cache took part."""

    name: ClassVar[str] = "cache"
    status: str
    reason: str
    age_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """What was written so far is void: the reply begins anew."""

    name: ClassVar[str] = "reset"
    attempt: int


@dataclass(frozen=True, slots=True)
class Closed:
    """The writer has nothing more to say; readers then look at the row."""

    name: ClassVar[str] = "closed"


@dataclass(frozen=True, slots=True)
class Over:
    """The job has ended; `job` is the job as the API shows it, as JSON."""

    status: JobStatus
    job: bytes

    @property
    def name(self) -> str:
        """The event is named for the way the job ended."""
        return str(self.status)


LoggedEvent: TypeAlias = Started | Step | Token | CacheAsked | Reset | Closed
Event: TypeAlias = Queued | Started | Step | Token | CacheAsked | Reset | Over


@dataclass(frozen=True, slots=True)
class Told:
    """An event as a client receives it."""

    id: EventId
    event: Event


def data_of(event: Event) -> bytes:
    """Give what an event says, as a JSON object."""
    match event:
        case Over(job=job):
            return b'{"job":' + job + b"}"
        case Step(step=step, ms=ms):
            return orjson.dumps({"name": step, "ms": ms})
        case _:
            return orjson.dumps(event)
