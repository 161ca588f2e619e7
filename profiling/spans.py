"""The profiler: named stretches of time within one job."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Ended:
    """One span that has ended; `memory_bytes` is None where it cannot be told from other jobs'.

    `began` is a reading of `time.perf_counter`, in seconds.
    """

    name: str
    parent: str | None
    began: float
    ms: float
    memory_bytes: int | None
    slow: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched beside the time: limits in milliseconds, memory, and who hears of each end.

    `resident_bytes` gives the process's resident memory, or None while other jobs share the process.
    """

    slow_ms: float | None = None
    slow_ms_of: Mapping[str, float] = field(default_factory=dict)
    resident_bytes: Callable[[], int | None] | None = None
    on_end: Callable[[Ended], None] | None = None

    def is_slow(self, name: str, ms: float) -> bool:
        """Tell whether a span of this name took longer than its limit."""
        limit = self.slow_ms_of.get(name, self.slow_ms)
        return limit is not None and ms > limit


NOTHING = Watch()


class Profile:
    """Collects the spans of one job, in milliseconds by name, in the order they ended; tells of each.

    One that does not keep them still tells: people see the steps of their message go by.
    """

    def __init__(
        self,
        on_end: Callable[[str, float], None] | None = None,
        *,
        watch: Watch = NOTHING,
        keep: bool = True,
    ) -> None:
        self._on_end = on_end
        self._watch = watch
        self._keep = keep
        self._ended: dict[str, float] = {}
        self._running: dict[str, float] = {}
        self._parents: dict[str, str | None] = {}

    def span(self, name: str) -> "Span":
        """Measure a stretch; the same name again adds up."""
        return Span(self, name)

    def measure(self, name: str, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a function within a span of this name."""
        with Span(self, name):
            return function(*args, **kwargs)

    def running_ms(self, name: str) -> float:
        """Give the milliseconds since this span, which has not ended, began."""
        return round((time.perf_counter() - self._running[name]) * 1000, 3)

    def ended_ms(self) -> dict[str, float]:
        """Give the milliseconds of every span that has ended, by name."""
        return {name: round(ms, 3) for name, ms in self._ended.items()}

    def parent_of(self, name: str) -> str | None:
        """Name the span this one began in; None for the outermost, or one that never began."""
        return self._parents.get(name)

    def begin(self, name: str) -> int | None:
        """Note that a span begins, and give the memory at that moment."""
        self._parents[name] = next(reversed(self._running), None)
        resident = self._watch.resident_bytes
        memory = resident() if resident is not None else None
        self._running[name] = time.perf_counter()
        return memory

    def end(self, name: str, memory: int | None) -> None:
        """Note that a span ends, and tell of it."""
        ms = self.running_ms(name)
        began = self._running.pop(name)
        if self._keep:
            self._ended[name] = self._ended.get(name, 0.0) + ms
        if self._watch.on_end is not None:
            gained, slow = self._gained(memory), self._watch.is_slow(name, ms)
            self._watch.on_end(Ended(name, self._parents[name], began, ms, gained, slow))
        if self._on_end is not None:
            self._on_end(name, ms)

    def _gained(self, before: int | None) -> int | None:
        if before is None or self._watch.resident_bytes is None:
            return None
        after = self._watch.resident_bytes()
        return None if after is None else after - before


class Span:
    """One stretch of time, as a context manager; a class costs half of what a generator does."""

    __slots__ = ("_memory", "_name", "_profile")

    def __init__(self, profile: Profile, name: str) -> None:
        self._profile = profile
        self._name = name
        self._memory: int | None = None

    def __enter__(self) -> None:
        """Begin."""
        self._memory = self._profile.begin(self._name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, whether or not something was raised."""
        self._profile.end(self._name, self._memory)
