"""The stack under the demonstration: `manage.py up` as a child, quiet but for its end."""

import collections
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from django.conf import settings

from okrproject.stack.launch import die_with_parent


class StackEndedError(Exception):
    """The stack ended before it was ready."""


class Stack:
    """A running `manage.py up`."""

    def __init__(self, *, data_dir: Path, port: int, profile: str) -> None:
        parent = os.getpid()
        env = {key: value for key, value in os.environ.items() if key not in settings.FROM_RUNNING_STACK}
        # A session of its own: Ctrl-C reaches the demonstration alone, which passes it on.
        self._process = subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-m", "okrproject.stack", "--port", str(port), "--data-dir", str(data_dir)],
            cwd=settings.BASE_DIR,
            env={"SIMULATOR_PROFILE": profile} | env | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(signal.SIGTERM, parent),  # noqa: PLW1509 - one thread here
        )

    def wait_until_ready(self) -> str:
        """Give the site's address once it takes requests; raise with its last words if it ends."""
        assert self._process.stdout is not None
        last: collections.deque[str] = collections.deque(maxlen=15)
        line: str
        for line in self._process.stdout:
            if line.startswith("ready "):
                threading.Thread(target=self._drain, daemon=True).start()
                return line.split()[1]
            last.append(line)
        raise StackEndedError("".join(last).strip())

    def signal(self) -> None:
        """Ask it to drain; a second time hastens it."""
        self._process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """Wait for its end and give its exit code."""
        return self._process.wait()

    def _drain(self) -> None:
        """Read on, so that it never waits for a reader; its lines are in the log files."""
        assert self._process.stdout is not None
        for _ in self._process.stdout:
            pass
