"""Samples of a duration, and the report every service benchmark writes."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path("var/bench")


@dataclass(frozen=True, slots=True)
class Samples:
    """Durations in milliseconds."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, action: Callable[[], object], count: int, *, warm_up: int = 5) -> "Samples":
        """Time an action so many times, after some that do not count."""
        for _ in range(warm_up):
            action()
        return cls(tuple(_timed(action) for _ in range(count)))

    @property
    def p50(self) -> float:
        """Give the median."""
        return round(statistics.median(self.values), 3)

    @property
    def p95(self) -> float:
        """Give the 95th percentile."""
        return round(percentile(self.values, 0.95), 3)

    def as_json(self) -> dict[str, float]:
        """Give what a report needs."""
        return {
            "n": len(self.values),
            "p50_ms": self.p50,
            "p95_ms": self.p95,
            "max_ms": round(max(self.values), 3),
        }


def percentile(values: Sequence[float], share: float) -> float:
    """Give a percentile by linear interpolation between the closest ranks."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure and the most it may be."""

    name: str
    value: float
    most: float
    unit: str = "ms"

    @property
    def holds(self) -> bool:
        """Tell whether the mark is met."""
        return self.value <= self.most


def report(name: str, figures: dict[str, object], marks: Sequence[Mark]) -> None:
    """Print the marks and write everything to `var/bench/<name>.json`."""
    for mark in marks:
        verdict = "holds " if mark.holds else "MISSED"
        print(f"{verdict} {mark.name:<58} {mark.value:>10.2f} {mark.unit:<3} (mark ≤ {mark.most:g})")
    RESULTS.mkdir(parents=True, exist_ok=True)
    document = {
        "machine": {
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "load": os.getloadavg(),
            "loop_ms": _loop_ms(),
        },
        "marks": [
            {
                "name": mark.name,
                "value": mark.value,
                "most": mark.most,
                "unit": mark.unit,
                "holds": mark.holds,
            }
            for mark in marks
        ],
        **figures,
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n")


def _loop_ms() -> float:
    """Measure what a fixed piece of work costs in CPU, so that runs on a shared machine can be compared."""
    began = time.process_time()
    for _ in range(5):
        sum(number * number for number in range(100_000))
    return round((time.process_time() - began) * 1000 / 5, 2)
