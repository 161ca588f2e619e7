"""Statistics that say how much they rest on.

Percentiles interpolate linearly between the closest ranks (Hyndman and Fan's type 7, numpy's
default). Intervals are percentile bootstraps (Efron) from a seeded generator: the same file
always gives the same report.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

SEED = 20251003
ROUNDS = 2000
LEVEL = 0.95
# A percentile needs at least one sample expected beyond it: 100 for p99, 20 for p95.
_LEAST_FOR_ANY = 3


@dataclass(frozen=True, slots=True)
class Quantile:
    """A percentile, or none where the samples are too few to know it."""

    percent: float
    n: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the range in which it lies with the usual 95 % confidence."""

    value: float
    low: float
    high: float

    def excludes(self, value: float) -> bool:
        """Tell whether this value lies outside."""
        return not self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Trend:
    """A straight line through points, and how sure its slope is."""

    n: int
    slope: float
    error: float
    correlation: float

    @property
    def stands_out(self) -> bool:
        """Whether the slope is more than twice its standard error away from zero."""
        return self.is_enough and abs(self.slope) > 2 * self.error

    @property
    def is_enough(self) -> bool:
        """Whether the points are enough to judge by; with fewer, twice the error is generous."""
        return self.n >= 8


def least_samples(percent: float) -> int:
    """Give how many samples this percentile needs."""
    beyond = min(percent, 100 - percent)
    return max(_LEAST_FOR_ANY, math.ceil(100 / beyond)) if beyond else _LEAST_FOR_ANY


def percentile(samples: Sequence[float], percent: float) -> float:
    """Give the percentile of at least one sample, however few they are."""
    if not samples:
        raise ValueError("A percentile of nothing does not exist.")
    ordered = sorted(samples)
    rank = (len(ordered) - 1) * percent / 100
    below = math.floor(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (rank - below)


def quantile(samples: Sequence[float], percent: float) -> Quantile:
    """Give the percentile with its n, without a value where they are too few."""
    enough = len(samples) >= least_samples(percent)
    return Quantile(percent, len(samples), percentile(samples, percent) if enough else None)


def bootstrap(
    samples: Sequence[float],
    statistic: Callable[[Sequence[float]], float] = fmean,
    *,
    seed: int = SEED,
    rounds: int = ROUNDS,
    level: float = LEVEL,
) -> Interval:
    """Give a statistic of at least one sample, with its percentile bootstrap interval."""
    chance = random.Random(seed)  # noqa: S311 - resampling, not secrecy
    drawn = sorted(statistic(chance.choices(samples, k=len(samples))) for _ in range(rounds))
    margin = (1 - level) / 2 * 100
    return Interval(statistic(samples), percentile(drawn, margin), percentile(drawn, 100 - margin))


def coefficient_of_variation(values: Sequence[float]) -> float:
    """Give the standard deviation of the values as a share of their mean."""
    mean = fmean(values)
    return pstdev(values) / abs(mean) if mean else 0.0


def trend(points: Sequence[tuple[float, float]]) -> Trend | None:
    """Fit y = a + slope · x by least squares; nothing for fewer than three points or one x."""
    n = len(points)
    if n < 3:
        return None
    mean_x, mean_y = fmean(x for x, _ in points), fmean(y for _, y in points)
    sxx = sum((x - mean_x) ** 2 for x, _ in points)
    syy = sum((y - mean_y) ** 2 for _, y in points)
    sxy = sum((x - mean_x) * (y - mean_y) for x, y in points)
    if sxx <= 0:
        return None
    slope = sxy / sxx
    rest = max(0.0, syy - slope * sxy)
    return Trend(n, slope, math.sqrt(rest / (n - 2) / sxx), sxy / math.sqrt(sxx * syy) if syy else 0.0)
