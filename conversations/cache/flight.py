"""One call for many: who asks the model leads, who asks the same meanwhile follows and hears the text come.

A leader shows that it lives by renewing its lease; when it dies, a follower takes over. A follower
has its own cancel and its own deadline, and inherits neither.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

import orjson

from conversations.cache.codec import encoded
from conversations.cache.fingerprint import PREFIX
from conversations.cache.server import CacheServer, CacheUnavailableError
from conversations.errors import (
    ModelError,
)
from conversations.values import Completion

LEASE: Final = timedelta(seconds=3)
_ALONE_BEAT_SECONDS: Final = 0.5
_HEARD_BEAT_SECONDS: Final = 0.05
_KEPT: Final = timedelta(seconds=3)


class Audience(Protocol):
    """Who hears an answer; like a `Listener`, but it can be told to forget what it heard."""

    def on_text(self, text: str) -> None:
        """Take the next piece of the reply's plain text, in order."""

    def check(self) -> None:
        """Raise `AttemptEndedError` to stop."""

    def start_over(self) -> None:
        """Forget the text so far: another call begins."""


@dataclass(frozen=True, slots=True)
class Flight:
    """One call that others may follow."""

    server: CacheServer
    name: str
    owner: str


class Leading:
    """A listener between the model and the leader's own that publishes what passes."""

    def __init__(self, flight: Flight, listener: Audience) -> None:
        self._flight = flight
        self._listener = listener
        self._unsaid: list[str] = []
        self._followers = 0
        self._said = time.monotonic()

    def on_text(self, text: str) -> None:
        """Hand the piece on, and publish it soon."""
        self._listener.on_text(text)
        self._unsaid.append(text)
        self._beat_when_due()

    def check(self) -> None:
        """Stop when the leader must, and show that it lives."""
        self._listener.check()
        self._beat_when_due()

    def _beat_when_due(self) -> None:
        pause = _HEARD_BEAT_SECONDS if self._followers else _ALONE_BEAT_SECONDS
        if time.monotonic() - self._said < pause:
            return
        self._said = time.monotonic()
        flight, text = self._flight, "".join(self._unsaid)
        try:
            self._followers = flight.server.run(
                "progress", [PREFIX, flight.name, flight.owner, _ms(LEASE), as_bytes(text)]
            )
        except CacheUnavailableError:
            # The text is kept for the next beat; without one, the followers ask for themselves.
            return
        self._unsaid.clear()


def lead(
    flight: Flight,
    listener: Audience,
    call: Callable[[Leading], Completion],
    lasts: Callable[[Completion], bool],
) -> Completion:
    """Ask the model and let followers have the answer, or the provider's refusal.

    An answer that does not last is for those who follow already, and for nobody who comes later.
    """
    try:
        completion = call(Leading(flight, listener))
    except ModelError as error:
        end = {"failed": error.code, "message": error.message, "retry_after": error.retry_after}
        _finish(flight, lasts=False, end=end)
        raise
    except BaseException:
        _finish(flight, lasts=False, end={"failed": ""})
        raise
    _finish(flight, lasts=lasts(completion), end={"answer": encoded(completion).decode()})
    return completion


def _finish(flight: Flight, *, lasts: bool, end: Mapping[str, object]) -> None:
    try:
        told = orjson.dumps(end)
        flight.server.run("finish", [PREFIX, flight.name, flight.owner, _ms(_KEPT), told, int(lasts)])
    except CacheUnavailableError:
        # The lease runs out by itself, and the followers ask for themselves.
        return


def as_bytes(text: str) -> bytes:
    """Give the text as it is published; half a surrogate pair survives."""
    return text.encode("utf-8", "surrogatepass")


def _ms(length: timedelta) -> int:
    return round(length.total_seconds() * 1000)
