"""The slots of a worker process: how many jobs of each organization it holds, and whether it may take more.

No organization may hold more than `most`; a process has a few threads beyond that, so that whoever
comes after one that fills every slot finds one free.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Final, Protocol, TypeVar
from uuid import UUID

# While the provider is left alone, a few jobs still try: cached answers need no provider.
_TRIES_PER_SECOND: Final = 10.0
_LOOK_AGAIN_SECONDS: Final = 0.25


class Job(Protocol):
    """A claimed job, as far as its slot is concerned."""

    @property
    def organization_id(self) -> UUID:
        """Whose it is."""


J = TypeVar("J", bound=Job)


class Slots:
    """Counts what this process works on; its threads share it."""

    def __init__(self, most: int = 100, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._one_by_one = threading.Lock()
        self._held: Counter[UUID] = Counter()
        self._claiming = 0
        self._held_back_until = float("-inf")
        self._next_try = float("-inf")
        self._owed = 0
        self._closing = threading.Event()

    def take(self, claim: Callable[[list[UUID]], J | None]) -> tuple[J | None, bool]:
        """Claim a job of an organization that may hold more; say also whether any was left out.

        Claims of several threads may run at the same time as long as even all of them together
        could not exceed the bound; near it they come one after the other.
        """
        with self._lock:
            self._claiming += 1
            crowded = self._held.total() + self._claiming > self._most
        try:
            with self._one_by_one if crowded else nullcontext():
                full = self._full()
                job = claim(full)
                if job is not None:
                    with self._lock:
                        self._held[job.organization_id] += 1
                return job, bool(full)
        finally:
            with self._lock:
                self._claiming -= 1

    @contextmanager
    def giving_back(self, job: Job) -> Iterator[None]:
        """Free the taken slot at the end of the block."""
        try:
            yield
        finally:
            with self._lock:
                self._held[job.organization_id] -= 1
                if not self._held[job.organization_id]:
                    del self._held[job.organization_id]

    def room(self) -> int:
        """Count the jobs this process could take now; none while it is held back."""
        now = self._clock()
        with self._lock:
            if now < self._held_back_until:
                return 0
            return max(self._most - self._held.total() - self._claiming, 0)

    def hold_back(self, seconds: float) -> None:
        """Take few jobs for a while: the guard gave one of them no leave."""
        with self._lock:
            self._held_back_until = max(self._held_back_until, self._clock() + seconds)

    def may_try(self) -> bool:
        """Tell whether a job may be taken now; while held back, a few a second."""
        now = self._clock()
        with self._lock:
            if now >= self._held_back_until:
                return True
            if now < self._next_try:
                return False
            self._next_try = now + 1 / _TRIES_PER_SECOND
            return True

    def owe(self) -> None:
        """Note a hint that found no slot; whoever frees one looks for a job without a hint."""
        with self._lock:
            self._owed += 1

    def owed(self) -> bool:
        """Take one of the hints that found no slot."""
        with self._lock:
            if not self._owed or self._closing.is_set():
                return False
            self._owed -= 1
            return True

    def settle(self) -> None:
        """Forget the hints that found no slot: nothing waits any more."""
        with self._lock:
            self._owed = 0

    def wait(self) -> bool:
        """Wait a moment before looking again; say whether the process goes on."""
        # Spread, so that the threads that wait do not all look at once.
        return not self._closing.wait(_LOOK_AGAIN_SECONDS * (0.5 + random.random()))  # noqa: S311 - no secret

    def close(self) -> None:
        """Let the threads that wait go: the process ends."""
        self._closing.set()

    def _full(self) -> list[UUID]:
        with self._lock:
            return [one for one, count in self._held.items() if count >= self._most]
