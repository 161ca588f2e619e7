"""What is read from rows now and then: kept by a process for some seconds, and shared by its threads."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar
from weakref import WeakSet

from django.db import DatabaseError, connection

T = TypeVar("T")

# What nobody has asked for in this long is not renewed beforehand.
_WANTED_FOR: Final = timedelta(minutes=1)
_all: Final[WeakSet["Kept[Any]"]] = WeakSet()


class Kept(Generic[T]):
    """A value that is read anew when its time is over, so that a change of its rows is heard within seconds.

    Where reading fails, its error is the asker's, and the next one reads again.
    """

    def __init__(self, read: Callable[[], T], *, seconds: float = 5.0) -> None:
        self._read = read
        self._seconds = seconds
        self._lock = threading.Lock()
        self._stale_at = self._asked_at = float("-inf")
        self._value: T
        _all.add(self)

    def get(self) -> T:
        """Give the value."""
        self._asked_at = time.monotonic()
        if self._asked_at < self._stale_at:
            return self._value
        # The connection first: of those who wait for the lock many have one, and whoever held the lock
        # without would wait for theirs.
        connection.ensure_connection()
        # Read under the lock: whoever comes meanwhile would take the value from before, or none.
        with self._lock:
            if time.monotonic() >= self._stale_at:
                self._read_anew()
            return self._value

    def renew(self) -> None:
        """Read what somebody still asks for anew before its time is over, so that nobody waits for it."""
        connection.ensure_connection()
        with self._lock:
            if time.monotonic() - self._asked_at < _WANTED_FOR.total_seconds():
                self._read_anew()

    def forget(self) -> None:
        """Read anew with the next question."""
        with self._lock:
            self._stale_at = float("-inf")

    def _read_anew(self) -> None:
        self._value = self._read()
        self._stale_at = time.monotonic() + self._seconds


class Renewal(threading.Thread):
    """Renews what its process keeps, until it is told to stop.

    A message is the more likely to come first after a pause the longer the model takes: each waited for
    half a dozen readings. Where this thread fails or is late, whoever asks reads, as without it.
    """

    EVERY: Final = timedelta(seconds=2)

    def __init__(self) -> None:
        super().__init__(name="renewal", daemon=True)
        self._stopping = threading.Event()

    def run(self) -> None:
        """Renew again and again."""
        while not self._stopping.wait(self.EVERY.total_seconds()):
            renew_all()

    def stop(self) -> None:
        """Renew no more."""
        self._stopping.set()


def forget_all() -> None:
    """Read everything anew with the next question: the rows are another database's, or another test's."""
    for kept in tuple(_all):
        kept.forget()


def renew_all() -> None:
    """Renew what this process keeps; what cannot be read now is read by whoever asks for it."""
    try:
        for kept in tuple(_all):
            kept.renew()
    except DatabaseError:
        # The next round connects anew.
        return
    finally:
        connection.close()
