"""Progress: how far a value has come from its baseline to its target.

The formula is `clamp((current - baseline) / (target - baseline), 0, 1)`, in percent. None says that it
cannot be known: nobody checked in, or the baseline or target is not known yet. It is never guessed as 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from knowledge.choices import Direction, Kind

FULL = 100.0
_RED_BELOW = Decimal("0.4")
_YELLOW_BELOW = Decimal("0.7")


@dataclass(frozen=True, slots=True)
class Measure:
    """What progress is computed from."""

    current: Decimal | None
    target: Decimal | None
    baseline: Decimal | None = None
    kind: str = Kind.METRIC
    direction: str = Direction.INCREASE
    band: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """One key result's progress and its weight in the objective; no weight counts as 1."""

    progress: float | None
    weight: Decimal | None = None


def progress_of(measure: Measure) -> float | None:
    """Give a key result's progress, 0 to 100, or None where it cannot be known.

    A value that reached its target is at 100 even where the baseline is not known. A maintained value is
    at 100 inside its band; outside, it is measured by the way back from the baseline, and is at 0 where
    the baseline says nothing about that way. Without a band nobody can tell how far off is too far, so
    then it is unknown.
    """
    current, target = measure.current, _target(measure)
    if current is None or target is None:
        return None
    if measure.direction == Direction.MAINTAIN:
        return _maintained(current, target, measure.band, measure.baseline)
    if current >= target if _rises(measure, target) else current <= target:
        return FULL
    return 0.0 if measure.kind == Kind.BINARY else _share_of_the_way(current, target, _baseline(measure))


def objective_progress(shares: Iterable[Share]) -> float | None:
    """Give an objective's progress: the weighted mean of the key results whose progress is known.

    Where every weight is zero, all count alike; None when nothing is known that has a weight.
    """
    weighed = [(one.progress, Decimal(1) if one.weight is None else one.weight) for one in shares]
    if all(weight == 0 for _, weight in weighed):
        weighed = [(progress, Decimal(1)) for progress, _ in weighed]
    known = [(Decimal(progress), weight) for progress, weight in weighed if progress is not None and weight]
    if not known:
        return None
    mean = sum(progress * weight for progress, weight in known) / sum(weight for _, weight in known)
    return min(max(float(mean), 0.0), FULL)


def colour_of(score: Decimal) -> str:
    """Name a closing score's colour: red below 0.4, yellow below 0.7, else green."""
    if score < _RED_BELOW:
        return "red"
    return "yellow" if score < _YELLOW_BELOW else "green"


def _target(measure: Measure) -> Decimal | None:
    if measure.target is None and measure.kind == Kind.BINARY:
        return Decimal(1)
    return measure.target


def _baseline(measure: Measure) -> Decimal | None:
    if measure.baseline is None and measure.kind == Kind.MILESTONE:
        return Decimal(0)
    return measure.baseline


def _rises(measure: Measure, target: Decimal) -> bool:
    if measure.baseline is not None and measure.baseline != target:
        return target > measure.baseline
    return measure.direction == Direction.INCREASE


def _share_of_the_way(current: Decimal, target: Decimal, baseline: Decimal | None) -> float | None:
    if baseline is None:
        return None
    if baseline == target:
        return 0.0
    return _percent((current - baseline) / (target - baseline))


def _maintained(
    current: Decimal, target: Decimal, band: Decimal | None, baseline: Decimal | None
) -> float | None:
    allowed = band or Decimal(0)
    outside = abs(current - target) - allowed
    if outside <= 0:
        return FULL
    way = Decimal(0) if baseline is None else abs(baseline - target) - allowed
    if way > 0:
        return _percent(1 - outside / way)
    return None if band is None else 0.0


def _percent(share: Decimal) -> float:
    return float(min(max(share, Decimal(0)), Decimal(1)) * 100)
