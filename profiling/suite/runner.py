"""Hold the conversations and measure them."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from profiling.analysis.results import Reading, Sample
from profiling.suite.client import CallError
from profiling.suite.scenarios import Script
from profiling.suite.stack import Processes

_MOST_READINGS = 20_000


class CacheMode(StrEnum):
    """What the response cache may do during a run."""

    COLD = "cold"
    WARM = "warm"
    OFF = "off"

    @property
    def control(self) -> str:
        """The header of every message: a cold run answers anew, and without a cache nothing is kept."""
        return {CacheMode.COLD: "no-cache", CacheMode.WARM: "", CacheMode.OFF: "no-store"}[self]


class Coach(Protocol):
    """Whoever answers: a running stack, or a script in tests."""

    def open_session(self, title: str, context: Mapping[str, str | int]) -> str:
        """Open a session and give its id."""

    def submit(self, session: str, content: str, *, cache_control: str) -> str:
        """Send a message and give its job's id."""

    def ended_job(self, job: str) -> dict[str, Any]:
        """Wait for a job's end and give it as the server shows it."""


@dataclass(frozen=True, slots=True)
class Held:
    """One conversation that was held: what was measured, and the memory workers gained by it."""

    script: str
    samples: tuple[Sample, ...]
    memory_mb: float | None


@dataclass(slots=True)
class Measured:
    """What a run has measured so far."""

    held: list[Held] = field(default_factory=list)
    memory: list[Reading] = field(default_factory=list)

    @property
    def samples(self) -> list[Sample]:
        """Every message so far."""
        return [sample for held in self.held for sample in held.samples]


@dataclass(frozen=True, slots=True)
class Run:
    """How conversations are held: with whom, with what cache, and who hears of each message."""

    client: Coach
    processes: Processes
    context: Mapping[str, str | int]
    cache: CacheMode
    on_message: Callable[[Sample], None]

    def hold(self, script: Script, number: int, measured: Measured) -> Held:
        """Hold one conversation; a message that fails ends it, and is kept with its error."""
        before = self._read(measured)
        samples: list[Sample] = []
        try:
            self._converse(script, number, samples, measured)
        finally:
            # An interrupt ends the run; what it had measured stays.
            held = Held(script.name, tuple(samples), _gained(before, self._read(measured)))
            measured.held.append(held)
        return held

    def warm_up(self, scripts: Sequence[Script]) -> None:
        """Hold the conversations once without measuring, so that the cache knows the answers."""
        for script in scripts:
            self.hold(script, 0, Measured())

    def _converse(self, script: Script, number: int, samples: list[Sample], measured: Measured) -> None:
        try:
            session = self.client.open_session(f"Profiling: {script.name}", self.context)
        except CallError as error:
            samples.append(_lost(script, number, 0, error))
            return
        for index, content in enumerate(script.messages):
            samples.append(self._ask(script, number, index, session, content))
            self.on_message(samples[-1])
            self._read(measured)
            if not samples[-1].is_answered:
                return

    def _ask(self, script: Script, number: int, index: int, session: str, content: str) -> Sample:
        began = time.perf_counter()
        try:
            job = self.client.ended_job(
                self.client.submit(session, content, cache_control=self.cache.control)
            )
        except CallError as error:
            return _lost(script, number, index, error)
        wall_ms = round((time.perf_counter() - began) * 1000, 3)
        return _sample(script, number, index, job, wall_ms)

    def _read(self, measured: Measured) -> tuple[Reading, ...]:
        readings = self.processes.readings()
        if len(measured.memory) < _MOST_READINGS:
            measured.memory.extend(readings)
        return readings


def _gained(before: Sequence[Reading], after: Sequence[Reading]) -> float | None:
    """Give the change over all workers; nothing where a worker came or went."""
    first, last = ({one.process: one.rss_mb for one in readings if one.process.startswith("worker")}
                   for readings in (before, after))  # fmt: skip
    if not first or first.keys() != last.keys():
        return None
    return round(sum(last.values()) - sum(first.values()), 6)


def _lost(script: Script, number: int, index: int, error: CallError) -> Sample:
    return Sample(script.name, number, index, "unreachable", None, error=str(error))


def _sample(script: Script, number: int, index: int, job: Mapping[str, Any], wall_ms: float) -> Sample:
    timings, usage, cache = (job.get(name) or {} for name in ("timings_ms", "usage", "cache"))
    return Sample(
        scenario=script.name,
        repeat=number,
        index=index,
        status=str(job["status"]),
        total_ms=timings.get("conversation_processing_total"),
        wall_ms=wall_ms,
        queued_ms=timings.get("queued"),
        first_token_ms=timings.get("first_token"),
        steps=dict(timings.get("steps") or {}),
        cache=str(cache.get("status") or ""),
        input_tokens=_prompt_tokens(usage),
        output_tokens=int(usage.get("output_tokens") or 0),
        cost_usd=float(usage.get("cost_usd") or 0),
        error=str((job.get("error") or {}).get("message") or ""),
    )


def _prompt_tokens(usage: Mapping[str, Any]) -> int:
    """Count all that Claude read, whether or not its prompt cache already had it."""
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    return sum(int(usage.get(name) or 0) for name in names)
