"""What an experiment compares, session by session, and how each figure is to be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import pstdev
from typing import Final

from django.db.models import TextChoices

from conversations.experiments.comparing import (
    Comparison,
    Rate,
    compare_means,
    compare_rates,
    compare_skewed,
)


class Measure(TextChoices):
    """A figure by which variants are compared; each session gives one value, or none."""

    QUALITY = "quality", "Quality gained per message (points of 100)"
    MESSAGES = "messages", "Messages to completion"
    APPROVAL = "approval", "Sessions approved"
    WRONG_FLAG = "wrong_flag", "Approvals over a finding (wrong flags)"
    TOKENS = "tokens", "Tokens per message"
    LATENCY = "latency", "Milliseconds per message"
    COST = "cost", "Dollars per message"


class Kind(Enum):
    """How values are distributed, which decides the test."""

    MEAN = "mean"
    RATE = "rate"
    LONG_TAIL = "long tail"


KINDS: Final = {
    Measure.QUALITY: Kind.MEAN,
    Measure.MESSAGES: Kind.MEAN,
    Measure.APPROVAL: Kind.RATE,
    Measure.WRONG_FLAG: Kind.RATE,
    Measure.TOKENS: Kind.LONG_TAIL,
    Measure.LATENCY: Kind.LONG_TAIL,
    Measure.COST: Kind.LONG_TAIL,
}
_MORE_IS_BETTER: Final = frozenset((Measure.QUALITY, Measure.APPROVAL))


@dataclass(frozen=True, slots=True)
class SessionFigures:
    """One session, as an experiment sees it; None where it has nothing to say."""

    quality: float
    messages: float | None
    approval: bool
    wrong_flag: bool | None
    tokens: float
    latency: float | None
    cost: float

    def value_of(self, measure: Measure) -> float | None:
        """Give the session's value of a measure."""
        value: float | bool | None = getattr(self, measure.value)
        return None if value is None else float(value)


def is_better(measure: Measure, effect: float) -> bool:
    """Say whether a difference of this sign is what one hopes for."""
    return effect > 0 if measure in _MORE_IS_BETTER else effect < 0


def values_of(measure: Measure, sessions: Sequence[SessionFigures]) -> list[float]:
    """Give the values of those sessions that have one."""
    return [value for one in sessions if (value := one.value_of(measure)) is not None]


def spread_of(values: Sequence[float]) -> float | None:
    """Give the standard deviation of at least two values."""
    return pstdev(values) if len(values) > 1 else None


def compare(
    measure: Measure, control: Sequence[SessionFigures], variant: Sequence[SessionFigures], *, alpha: float
) -> Comparison | None:
    """Compare a variant with the control by the test that suits the measure."""
    here, there = values_of(measure, control), values_of(measure, variant)
    match KINDS[measure]:
        case Kind.MEAN:
            return compare_means(here, there, alpha=alpha)
        case Kind.RATE:
            return compare_rates(_rate(here), _rate(there), alpha=alpha)
        case Kind.LONG_TAIL:
            return compare_skewed(here, there, alpha=alpha)


def _rate(values: Sequence[float]) -> Rate:
    return Rate(round(sum(values)), len(values))
