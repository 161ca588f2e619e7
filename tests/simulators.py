"""Running simulators, for the tests that talk to one."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class RunningSimulator:
    """Where a simulator listens, and its control endpoints."""

    url: str
    pid: int

    def stats(self) -> dict[str, object]:
        """Its counters."""
        answer: dict[str, object] = httpx2.get(f"{self.url}/_simulator/stats").raise_for_status().json()
        return answer

    def post(self, name: str, **body: object) -> httpx2.Response:
        """Call a control endpoint."""
        return httpx2.post(f"{self.url}/_simulator/{name}", json=body)


@contextmanager
def started_simulator(*options: str) -> Iterator[RunningSimulator]:
    """Start a simulator on a free port, wait for the line that tells it, and stop it."""
    command = [sys.executable, "-m", "profiling.simulator", "--port", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("simulator listening on http://"), line
            yield RunningSimulator(line.split()[3], process.pid)
        finally:
            process.terminate()
