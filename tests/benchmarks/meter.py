"""What the processes of a stack use of the machine, and what everything else uses meanwhile."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from tests.acceptance.stack import RunningStack

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Used:
    """A stretch of time: the processors' work in seconds, by process, and the workers' memory."""

    seconds: float
    cpu: dict[str, float]
    others: float
    idle_mib: float
    peak_mib: float

    def cpu_ms_per(self, count: int) -> dict[str, float]:
        """Give each process's work for one of so many messages, and the sum."""
        each = {name: round(seconds * 1000 / count, 2) for name, seconds in self.cpu.items()}
        return each | {"all": round(sum(each.values()), 2)}

    @property
    def others_cores(self) -> float:
        """Give how many processors everything else kept busy, the clients included."""
        return round(self.others / self.seconds, 2)


class Meter:
    """Reads what a stack uses, from `start` to `stop`."""

    def __init__(self, stack: RunningStack, *, worker_processes: int) -> None:
        workers = [f"worker-{number}" for number in range(1, worker_processes + 1)]
        names = ("web", *workers, "simulator", "postgres", "broker", "cache")
        self._processes = {name: psutil.Process(stack.pid_of(name)) for name in names}
        self._workers = [self._processes[name] for name in workers]
        self._stopping = threading.Event()
        self._peak = 0.0

    def start(self) -> None:
        """Begin."""
        self._began = time.monotonic()
        self._cpu = self._read()
        self._machine = _busy_seconds()
        self._idle = self._peak = _memory(self._workers)
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def stop(self) -> Used:
        """End, and give what was used."""
        self._stopping.set()
        self._watch.join()
        cpu = {name: seconds - self._cpu[name] for name, seconds in self._read().items()}
        # What makes the load is none of the stack's, and counts as the others'.
        others = _busy_seconds() - self._machine - sum(cpu.values())
        return Used(
            seconds=time.monotonic() - self._began,
            cpu=_workers_together(cpu),
            others=max(others, 0.0),
            idle_mib=self._idle,
            peak_mib=self._peak,
        )

    def _look(self) -> None:
        while not self._stopping.wait(0.25):
            self._peak = max(self._peak, _memory(self._workers))

    def _read(self) -> dict[str, float]:
        return {name: _cpu_seconds(process) for name, process in self._processes.items()}


def _workers_together(cpu: dict[str, float]) -> dict[str, float]:
    joined: dict[str, float] = {}
    for name, seconds in cpu.items():
        kind = "workers" if name.startswith("worker-") else name
        joined[kind] = joined.get(kind, 0.0) + seconds
    return joined


def _cpu_seconds(process: psutil.Process) -> float:
    # PostgreSQL's processes come and go; those that ended are in their parent's account.
    own = process.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in process.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq)


def _memory(workers: Sequence[psutil.Process]) -> float:
    return sum(worker.memory_info().rss for worker in workers) / _MIB
