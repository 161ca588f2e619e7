"""What is read from rows now and then: kept by a process for some seconds, and shared by its threads."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """A value that is read anew when its time is over, so that a change of its rows is heard within seconds.

    Where reading fails, its error is the asker's, and the next one reads again.
    """

    def __init__(self, read: Callable[[], T], *, seconds: float = 5.0) -> None:
        self._read = read
        self._seconds = seconds
        self._lock = threading.Lock()
        self._stale_at = float("-inf")
        self._value: T

    def get(self) -> T:
        """Give the value."""
        # Read under the lock: whoever comes meanwhile would take the value from before, or none.
        with self._lock:
            if time.monotonic() >= self._stale_at:
                self._value = self._read()
                self._stale_at = time.monotonic() + self._seconds
            return self._value

    def forget(self) -> None:
        """Read anew with the next question."""
        with self._lock:
            self._stale_at = float("-inf")
