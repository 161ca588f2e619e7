"""One attempt's voice: it takes events at any speed and never makes the attempt wait."""

import threading
from datetime import timedelta
from typing import Protocol, Self
from uuid import UUID

from conversations.events.log import Batch, merged
from conversations.events.values import CacheAsked, Closed, LoggedEvent, Reset, Started, Step, Token

_MOST_PIECES = 20
# A worker waits this long at most for its last words to be out; without them readers ask the database.
LAST_WORDS = timedelta(milliseconds=10)


class Carrier(Protocol):
    """Whoever takes batches away."""

    def hurry(self, channel: "Channel") -> None:
        """Fetch what a channel has now, without waiting for the next round."""

    def leave(self, channel: "Channel") -> None:
        """Forget a channel that has said everything."""


class Channel:
    """Collects the events of one attempt until they are fetched.

    The first piece of text is fetched at once, later ones when twenty have come together or when
    the carrier's next round comes by.
    """

    def __init__(self, job_id: UUID, attempt: int, carrier: Carrier) -> None:
        self.job_id = job_id
        self.attempt = attempt
        self._carrier = carrier
        self._lock = threading.Lock()
        self._pending: list[LoggedEvent] = []
        self._pieces = 0
        self._first_text = True
        self._number = 1
        self._outgoing: Batch | None = None
        self._empty = threading.Event()

    def __enter__(self) -> Self:
        """Be spoken into."""
        return self

    def __exit__(self, *_: object) -> None:
        """Fall silent; what was not fetched by now is lost, and in the row."""
        self._carrier.leave(self)

    def started(self, attempt: int) -> None:
        """Tell that a worker has begun; the job counts its attempts anew after a retry."""
        self._tell(Started(attempt))

    def step(self, name: str, ms: float) -> None:
        """Tell that a step has ended."""
        self._tell(Step(name, ms))

    def cache(self, status: str, reason: str, age_seconds: float | None) -> None:
        """Tell how the response cache took part."""
        self._tell(CacheAsked(status, reason, age_seconds))

    def token(self, text: str) -> None:
        """Tell the next piece of the reply."""
        with self._lock:
            self._pending.append(Token(text))
            self._pieces += 1
            urgent = self._first_text or self._pieces == _MOST_PIECES
            self._first_text = False
        if urgent:
            self._carrier.hurry(self)

    def reset(self) -> None:
        """Tell that the reply begins anew within this attempt."""
        self._first_text = True
        self._tell(Reset(self.attempt))

    def close(self, *, over: bool) -> None:
        """Say the last words, and that the job is over if it is; waits some milliseconds at most."""
        if over:
            self._tell(Closed())
        self._empty.clear()
        self._carrier.hurry(self)
        with self._lock:
            silent = not self._pending and self._outgoing is None
        if not silent:
            self._empty.wait(LAST_WORDS.total_seconds())

    def outgoing(self) -> Batch | None:
        """Give the batch to be sent: the same again until it is `sent`, so that numbers have no gaps."""
        with self._lock:
            if self._outgoing is None and self._pending:
                self._outgoing = Batch(self.attempt, self._number, merged(self._pending))
                self._pending.clear()
                self._pieces = 0
            return self._outgoing

    def sent(self) -> None:
        """Note that the batch is in the log."""
        with self._lock:
            if self._outgoing is not None:
                self._number = self._outgoing.last.number + 1
                self._outgoing = None
            if not self._pending:
                self._empty.set()

    def _tell(self, event: LoggedEvent) -> None:
        with self._lock:
            self._pending.append(event)
