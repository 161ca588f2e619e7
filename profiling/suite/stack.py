"""The running stack: where it answers, and what its processes hold."""

import json
import platform
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from profiling.analysis.results import Reading
from profiling.errors import ProfilingError

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Door:
    """Where a stack answers, and the key to it."""

    base_url: str
    api_key: str


def find_door(data_dir: Path, *, base_url: str | None, api_key: str | None) -> Door:
    """Find the stack of a data folder unless both are given; raises ProfilingError naming what is missing."""
    base_url = base_url or _noted_address(data_dir)
    if not base_url:
        raise ProfilingError(
            f"No stack runs with the data folder {data_dir}: start one with `make up`, set OKR_DATA_DIR, "
            "or name it with --base-url."
        )
    if not api_key:
        kept = data_dir / "demo-api-key"
        if not kept.is_file():
            raise ProfilingError(
                f"No API key: set OKR_API_KEY, for instance to what `manage.py create_api_key` prints "
                f"({kept} does not exist)."
            )
        api_key = kept.read_text().strip()
    return Door(base_url, api_key)


def _noted_address(data_dir: Path) -> str:
    try:
        lines = (data_dir / "stack.env").read_text().splitlines()
    except OSError:
        return ""
    noted = dict(line.split("=", 1) for line in lines if "=" in line)
    return noted.get("BASE_URL", "").strip("\"'")


class Processes:
    """The processes of a stack on this machine; none are known of a stack elsewhere."""

    def __init__(self, data_dir: Path | None) -> None:
        self._file = data_dir / "pids.json" if data_dir else None
        self._began = time.monotonic()

    def readings(self) -> tuple[Reading, ...]:
        """Read every process's resident memory, its children's included, as of now."""
        now = round(time.monotonic() - self._began, 3)
        pids = self._pids()
        found = ((name, _resident(pid, others=frozenset(pids.values()))) for name, pid in pids.items())
        return tuple(Reading(now, name, round(rss / _MIB, 3)) for name, rss in found if rss)

    def simulated_latency(self) -> str:
        """Give the simulator's latency profile; empty without a simulator."""
        pid = self._pids().get("simulator")
        if pid is None:
            return ""
        try:
            words = psutil.Process(pid).cmdline()
            return words[words.index("--profile") + 1]
        except (psutil.Error, ValueError, IndexError):
            return ""

    def _pids(self) -> dict[str, int]:
        try:
            noted = json.loads(self._file.read_text()) if self._file else {}
        except (OSError, json.JSONDecodeError):
            return {}
        return {name: pid for name, pid in noted.items() if isinstance(pid, int)}


def _resident(pid: int, *, others: frozenset[int]) -> int:
    """Add up a process and its own children, and what these share only once.

    A database's processes each show the same shared buffers as theirs.
    """
    try:
        memory = [one.memory_info() for one in _family(psutil.Process(pid), others)]
        return sum(one.rss - one.shared for one in memory) + max(one.shared for one in memory)
    except psutil.Error:
        return 0


def _family(process: psutil.Process, others: frozenset[int]) -> Iterator[psutil.Process]:
    """Give a process and what it started, save what has a name of its own."""
    yield process
    for child in process.children():
        if child.pid not in others:
            yield from _family(child, others)


def surroundings(health: Mapping[str, Any], processes: Processes, *, command: str) -> dict[str, str]:
    """Say where and with what a run was measured; no name of the machine, which helps nobody."""
    claude = (health.get("checks") or {}).get("claude") or {}
    latency = processes.simulated_latency()
    mode = str(claude.get("mode") or "unknown")
    return {
        "command": command,
        "machine": f"{psutil.cpu_count()} shared cores, {platform.machine()}, {platform.system()}",
        "python": platform.python_version(),
        "version": str(health.get("version") or "unknown"),
        "claude": f"{mode}, latency profile {latency}" if latency else mode,
        "model": str(claude.get("model") or "unknown"),
        "load": f"{psutil.getloadavg()[0]:.1f} when the run began",
    }
