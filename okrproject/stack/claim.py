"""The data folder belongs to one stack at a time, and its files say what runs there."""

import contextlib
import fcntl
import json
import logging
import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from okrproject.env import STACK_FILE
from okrproject.stack.private import write_private
from okrproject.stack.renewal import RENEWAL_FILE

logger = logging.getLogger(__name__)

PIDS_FILE = "pids.json"
_LOCK_FILE = "stack.lock"


class AlreadyRunningError(Exception):
    """Another stack runs on the same data folder."""


@contextlib.contextmanager
def claim(data_dir: Path) -> Iterator[None]:
    """Hold the data folder; the kernel lets go of it however this process ends."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / _LOCK_FILE).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise AlreadyRunningError(
                f"A stack is already running on {data_dir} (process {holder}); "
                "stop it first or choose another --data-dir."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            for name in (STACK_FILE, PIDS_FILE, RENEWAL_FILE):
                (data_dir / name).unlink(missing_ok=True)
            lock.truncate(0)


def write_addresses(data_dir: Path, values: Mapping[str, str]) -> None:
    """Tell every other command where the running stack's servers are."""
    lines = (f"{name}={value}\n" for name, value in values.items())
    write_private(data_dir / STACK_FILE, "".join(lines))


class Roster:
    """The numbers of the running processes by name, kept in a file for other programs."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / PIDS_FILE
        self._pids: dict[str, int] = {"up": os.getpid()}

    def end_leftovers(self) -> None:
        """Kill what a killed supervisor could not take along."""
        for process in self._leftovers():
            logger.warning("A process of an earlier start is still there; it is killed.",
                           extra={"pid": process.pid})  # fmt: skip
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def add(self, name: str, pid: int) -> None:
        """Note a process that has started."""
        self._pids[name] = pid
        self._write()

    def remove(self, name: str, pid: int) -> None:
        """Forget a process that has ended; its successor may have its name by now."""
        if self._pids.get(name) == pid:
            del self._pids[name]
            self._write()

    def _write(self) -> None:
        write_private(self._path, json.dumps(self._pids, indent=1))

    def _leftovers(self) -> list[psutil.Process]:
        """List what the file names and is still the same process: older than the file, leading a session."""
        try:
            noted: dict[str, int] = json.loads(self._path.read_text())
            written = self._path.stat().st_mtime
        except (FileNotFoundError, ValueError):
            return []
        # PostgreSQL's leftovers are ended by their own rules, which spare its files.
        candidates = [pid for name, pid in noted.items() if name not in {"up", "postgres"}]
        return [process for pid in candidates if (process := _same(pid, written)) is not None]


def _same(pid: int, written: float) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        return process if process.create_time() <= written and os.getsid(pid) == pid else None
    except (psutil.Error, ProcessLookupError):
        return None
