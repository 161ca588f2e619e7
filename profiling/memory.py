"""The memory of this process, honest about who shares it."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

_PAGE = os.sysconf("SC_PAGE_SIZE")


class MemoryMeter:
    """Reads resident memory for a job only while it has the process to itself."""

    def __init__(self, read: Callable[[], int | None] | None = None) -> None:
        self._read = read or resident_bytes
        self._lock = threading.Lock()
        self._running = 0
        self._begun = 0

    @contextmanager
    def job(self) -> Iterator[Callable[[], int | None]]:
        """Count a job while it runs, and give its view of memory: None once another job ran beside it."""
        with self._lock:
            self._running += 1
            self._begun += 1
            mine = self._begun if self._running == 1 else None
        try:
            yield lambda: self._read() if mine == self._begun else None
        finally:
            with self._lock:
                self._running -= 1


def resident_bytes() -> int | None:
    """Give this process's resident memory; None where the kernel does not tell it quickly."""
    try:
        return int(os.pread(_statm(os.getpid()), 128, 0).split()[1]) * _PAGE
    except OSError:
        return None


@cache
def _statm(_pid: int) -> int:
    """Keep the file open, for opening it takes eight times as long as reading; a fork needs its own."""
    return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
