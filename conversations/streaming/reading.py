"""What one client has been told of a job, and what it is told next; pure, so that a test can try every order.

The log may lose, repeat or reorder anything. Numbers show gaps, attempts show what is void, and the
row has the last word: whatever happened, the client's text grows only by what follows, and ends as
the reply.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from conversations.events.log import Batch
from conversations.events.values import (
    Closed,
    Event,
    EventId,
    LoggedEvent,
    Over,
    Queued,
    Reset,
    Token,
    Told,
)
from conversations.values import JobStatus

# The writers' numbers stay far below these, so a client that resumes from one of them says
# exactly what it has: nothing, the whole text, or everything.
VOID: Final = 1_000_000
WHOLE: Final = VOID + 1
END: Final = VOID + 2
_QUEUED = EventId(0, 1)


@dataclass(frozen=True, slots=True)
class EndedJob:
    """A job that is over, as its row has it; `text` is the reply or what was written of it."""

    id: UUID
    status: JobStatus
    attempt: int
    text: str
    shown: bytes


class Reading:
    """One client's place in a job's events.

    `behind` says that events are missing between what the client has and what was taken last:
    the caller reads the log again, from `last`.
    """

    def __init__(self, after: EventId | None = None) -> None:
        self.last = after or EventId(0, 0)
        self.behind = False
        self.is_closing = False
        self._resumed = after is not None and after > _QUEUED
        self._text: str | None = None if self._resumed else ""

    def begin(self, queued: Queued) -> list[Told]:
        """Tell that the job was queued, unless the client knows."""
        return [self._told(_QUEUED, queued)] if self.last < _QUEUED else []

    def replay(self, batches: Sequence[Batch]) -> list[Told]:
        """Take the whole log, from its start: what the client has is only counted."""
        if self._resumed and self._text is None:
            self._text = _text_until(self.last, batches)
        return self.take(batches)

    def take(self, batches: Sequence[Batch]) -> list[Told]:
        """Tell what is new; stops before a gap."""
        told: list[Told] = []
        self.behind = False
        for event_id, event in _numbered(batches):
            if event_id.attempt > self.last.attempt:
                told += self._new_attempt(event_id.attempt)
            if event_id <= self.last:
                continue
            if event_id != self.last.next():
                self.behind = True
                break
            told += self._took(event_id, event)
        return told

    def close(self, job: EndedJob) -> list[Told]:
        """Tell what is missing of the text, and the end."""
        told: list[Told] = []
        if job.attempt > self.last.attempt and self.last.attempt:
            told += self._new_attempt(job.attempt)
        attempt = max(job.attempt, self.last.attempt)
        if self._is_wrong(job):
            told.append(self._told(EventId(attempt, VOID), Reset(attempt)))
            self._text = ""
        missing = job.text[len(self._text) :] if self._text is not None else ""
        if missing:
            told.append(self._told(EventId(attempt, WHOLE), Token(missing)))
        told.append(self._told(self._end_in(attempt), Over(job.status, job.shown)))
        return told

    def _is_wrong(self, job: EndedJob) -> bool:
        if not job.text or self.last.number >= WHOLE:
            return False
        if self._text is None:
            return True
        # A stop may be recorded without what was written; then the client keeps what it has.
        return not job.text.startswith(self._text)

    def _end_in(self, attempt: int) -> EventId:
        if self.is_closing or attempt == 0 or self.last.number >= WHOLE:
            return EventId(attempt, self.last.number + 1 if self.last.attempt == attempt else END)
        return EventId(attempt, END)

    def _new_attempt(self, attempt: int) -> list[Told]:
        begins = EventId(attempt, 0)
        self.is_closing = False
        is_first = self.last.attempt == 0
        self._text = ""
        if is_first:
            self.last = begins
            return []
        return [self._told(begins, Reset(attempt))]

    def _took(self, event_id: EventId, event: LoggedEvent) -> list[Told]:
        match event:
            case Closed():
                # Its number is kept for the end, which the row tells.
                self.is_closing = True
                return []
            case Token(text=text) if self._text is not None:
                self._text += text
            case Reset():
                self._text = ""
        return [self._told(event_id, event)]

    def _told(self, event_id: EventId, event: Event) -> Told:
        self.last = event_id
        return Told(event_id, event)


def _numbered(batches: Sequence[Batch]) -> Iterator[tuple[EventId, LoggedEvent]]:
    for batch in batches:
        for number, event in enumerate(batch.events, start=batch.first):
            yield EventId(batch.attempt, number), event


def _text_until(last: EventId, batches: Sequence[Batch]) -> str | None:
    """Work out the text of a client that resumes; None when the log does not tell."""
    if last.number in {0, VOID}:
        return ""
    seen, text = EventId(last.attempt, 0), ""
    for event_id, event in _numbered(batches):
        if event_id.attempt != last.attempt or not seen < event_id <= last:
            continue
        if event_id != seen.next():
            return None
        seen = event_id
        match event:
            case Token(text=piece):
                text += piece
            case Reset():
                text = ""
    return text if seen == last else None
