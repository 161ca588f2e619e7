"""What the clients of the soak know: of every message, and of every fault they lived through."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

JsonObject = dict[str, Any]


@dataclass(slots=True)
class Sent:
    """One message, as its client saw it; times are seconds of the run's own clock."""

    key: str
    session: str
    content: str
    control: dict[str, str] = field(default_factory=dict)
    accepted_at: float = 0.0
    accepted_ms: float = 0.0
    jobs: set[str] = field(default_factory=set)
    document: JsonObject | None = None
    ended_at: float = 0.0
    streamed: bool = False
    troubles: list[str] = field(default_factory=list)

    @property
    def job(self) -> str:
        """The one job it should have."""
        return next(iter(self.jobs))


@dataclass(frozen=True, slots=True)
class Lived:
    """A fault that was inflicted: when, and how long what it hit took to be answered after it."""

    fault: str
    began: float
    healed: float
    recovery_seconds: float
    violations: tuple[str, ...]
    note: str = ""


class Gate:
    """Lets messages through, up to a number that the schedule raises."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._allowed = 0
        self._passed = 0

    def enter(self) -> None:
        """Wait for a place, and take it."""
        with self._changed:
            self._changed.wait_for(lambda: self._passed < self._allowed)
            self._passed += 1
            self._changed.notify_all()

    def allow(self, number: int) -> None:
        """Let messages through up to this number."""
        with self._changed:
            self._allowed = max(self._allowed, number)
            self._changed.notify_all()

    def wait_for(self, number: int, *, given_up: Callable[[], bool]) -> None:
        """Wait until so many have passed, or nobody comes any more."""
        with self._changed:
            while self._passed < number and not given_up():
                self._changed.wait(1)


class Ledger:
    """Every message of the run; threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: list[Sent] = []
        self.statuses: dict[int, int] = {}

    def add(self, sent: Sent) -> None:
        """Take up a message."""
        with self._lock:
            self._sent.append(sent)

    def count(self, status: int) -> None:
        """Count an answer of the server by its status."""
        with self._lock:
            self.statuses[status] = self.statuses.get(status, 0) + 1

    def all(self) -> list[Sent]:
        """Give all messages so far."""
        with self._lock:
            return list(self._sent)
