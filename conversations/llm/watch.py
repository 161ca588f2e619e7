"""The limits of one call: who may stop it, how long it may take, how long it may be silent."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from conversations.errors import ModelTimeoutError, StalledError
from conversations.llm.client import Listener

CHECK_EVERY_SECONDS: Final = 0.5


@dataclass(slots=True)
class Watch:
    """Watches over one call; instants are of `clock`, in seconds."""

    listener: Listener
    deadline: float
    idle_seconds: float
    clock: Callable[[], float] = time.monotonic
    last_heard: float = 0.0

    def __post_init__(self) -> None:
        """Start counting the silence."""
        self.last_heard = self.clock()

    def heard(self) -> None:
        """Note that bytes have arrived."""
        self.last_heard = self.clock()

    @property
    def remaining(self) -> float:
        """The seconds left before the deadline; never quite none, since a time-out of 0 is another thing."""
        return max(self.deadline - self.clock(), 0.001)

    def next_wait(self) -> float:
        """Give the longest next wait in seconds, or raise: stopped, out of time, or silent too long."""
        self.listener.check()
        now = self.clock()
        remaining = self.deadline - now
        patience = self.last_heard + self.idle_seconds - now
        if remaining <= 0:
            raise ModelTimeoutError
        if patience <= 0:
            raise StalledError
        return min(remaining, patience, CHECK_EVERY_SECONDS)
