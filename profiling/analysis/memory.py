"""Whether processes keep what they should give back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from profiling.analysis.results import Reading
from profiling.analysis.statistics import Trend, trend

# Neighbouring readings resemble each other, which would make a fit look surer than it is; means
# of blocks hardly do. The first fifth is left out: caches and pools fill up then.
_BLOCKS = 20
_WARM_UP = 0.2
# Less than this is the allocator's grain: pages come and go by the hundred.
_GRAIN_MB, _GRAIN_SHARE = 1.0, 0.01
# What these processes keep is the data they are given, up to limits of their own.
_KEEPERS = frozenset({"postgres", "broker", "cache"})


@dataclass(frozen=True, slots=True)
class Growth:
    """How one process's resident memory went, in MB and MB per minute."""

    process: str
    n: int
    first_mb: float
    last_mb: float
    highest_mb: float
    slope: Trend | None
    grows: bool

    @property
    def leaks(self) -> bool:
        """Whether it keeps what it should give back."""
        return self.grows and self.process not in _KEEPERS

    @property
    def verdict(self) -> str:
        """Say leak, steady, or that a server grows with its data."""
        if self.slope is None or not self.slope.is_enough:
            return "too few"
        return "leak" if self.leaks else "grows with its data" if self.grows else "steady"


def growths(readings: Sequence[Reading]) -> tuple[Growth, ...]:
    """Judge every process by its readings."""
    by_process: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        by_process[reading.process].append(reading)
    return tuple(_growth(name, found) for name, found in sorted(by_process.items()))


def _growth(process: str, readings: list[Reading]) -> Growth:
    settled = readings[int(len(readings) * _WARM_UP) :]
    points = _blocks(settled)
    whole, later = trend(points), trend(points[len(points) // 2 :])
    return Growth(
        process=process,
        n=len(readings),
        first_mb=readings[0].rss_mb,
        last_mb=readings[-1].rss_mb,
        highest_mb=max(one.rss_mb for one in readings),
        slope=whole,
        # A pool that grows once makes a slope, too; a leak still grows in the second half.
        grows=_rises(whole) and _rises(later) and _matters(points),
    )


def _rises(line: Trend | None) -> bool:
    return line is not None and line.stands_out and line.slope > 0


def _matters(points: Sequence[tuple[float, float]]) -> bool:
    gained, last = points[-1][1] - points[0][1], points[-1][1]
    return gained > max(_GRAIN_MB, _GRAIN_SHARE * last)


def _blocks(readings: Sequence[Reading]) -> list[tuple[float, float]]:
    """Give up to twenty points, minutes and MB, each the mean of neighbouring readings."""
    size = max(1, len(readings) // _BLOCKS)
    parts = [readings[start : start + size] for start in range(0, len(readings) - size + 1, size)]
    return [(fmean(one.seconds for one in part) / 60, fmean(one.rss_mb for one in part)) for part in parts]
