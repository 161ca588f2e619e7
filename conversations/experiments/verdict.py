"""What an experiment says: while it runs an interval that may be watched, at its horizon the verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from conversations.experiments.comparing import Comparison, holm
from conversations.experiments.measures import Measure, SessionFigures, compare, is_better
from conversations.experiments.peeking import LEAST_EACH, AlwaysValid, always_valid


class Finding(StrEnum):
    """What is known of one variant against the control."""

    TOO_EARLY = "too early to tell"
    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no difference worth knowing"
    UNDECIDED = "no difference found, and none ruled out"


_EARLY: Final = {True: Finding.BETTER, False: Finding.WORSE}


@dataclass(frozen=True, slots=True)
class Plan:
    """What was decided before the first session: the metric, the least effect, the horizon, the risk."""

    primary: Measure
    least_effect: float
    sessions_each: int
    alpha: float


@dataclass(frozen=True, slots=True)
class Line:
    """One variant against the control by one measure; `adjusted` is Holm's p-value over the variants."""

    variant: str
    measure: Measure
    comparison: Comparison | None
    adjusted: float | None = None
    watched: AlwaysValid | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole of it: where it stands, what the primary metric says, what the others say."""

    at_horizon: bool
    counted: Mapping[str, int]
    primary: tuple[Line, ...]
    others: tuple[Line, ...]
    findings: Mapping[str, Finding]

    @property
    def winner(self) -> str | None:
        """The variant to promote: the best one of those found better."""
        better = [
            line for line in self.primary if line.comparison and self.findings[line.variant] is Finding.BETTER
        ]
        best = max(
            better, key=lambda line: abs(line.comparison.effect if line.comparison else 0), default=None
        )
        return best.variant if best else None


def verdict_of(plan: Plan, samples: Mapping[str, Sequence[SessionFigures]]) -> Verdict:
    """Judge an experiment; the first of the samples is the control's.

    Only the first `sessions_each` sessions of each variant count, so that looking later, or again, is no
    second chance. The risk is shared among the variants: intervals by Bonferroni, p-values by Holm.
    """
    counted = {name: list(sessions)[: plan.sessions_each] for name, sessions in samples.items()}
    control, *variants = counted
    alpha = plan.alpha / max(1, len(variants))
    at_horizon = all(len(sessions) >= plan.sessions_each for sessions in counted.values())

    def lines(measure: Measure) -> tuple[Line, ...]:
        found = [(name, compare(measure, counted[control], counted[name], alpha=alpha)) for name in variants]
        return _adjusted([Line(name, measure, one) for name, one in found])

    primary = tuple(_watched(line, plan, alpha, counted, control) for line in lines(plan.primary))
    return Verdict(
        at_horizon=at_horizon,
        counted={name: len(sessions) for name, sessions in counted.items()},
        primary=primary,
        others=tuple(line for measure in Measure if measure != plan.primary for line in lines(measure)),
        findings={line.variant: _finding(line, plan, at_horizon=at_horizon) for line in primary},
    )


def _adjusted(lines: list[Line]) -> tuple[Line, ...]:
    known = [line.comparison.p for line in lines if line.comparison]
    adjusted = iter(holm(known))
    return tuple(replace(line, adjusted=next(adjusted)) if line.comparison else line for line in lines)


def _watched(
    line: Line,
    plan: Plan,
    alpha: float,
    counted: Mapping[str, Sequence[SessionFigures]],
    control: str,
) -> Line:
    found = line.comparison
    enough = min(len(counted[control]), len(counted[line.variant])) >= LEAST_EACH
    if found is None or not found.error or not enough:
        return line
    watched = always_valid(effect=found.effect, error=found.error, tau=plan.least_effect, alpha=alpha)
    return replace(line, watched=watched)


def _finding(line: Line, plan: Plan, *, at_horizon: bool) -> Finding:
    found = line.comparison
    if found is None:
        return Finding.TOO_EARLY
    if not at_horizon:
        alarm = line.watched is not None and not line.watched.low <= 0 <= line.watched.high
        return _EARLY[is_better(line.measure, found.effect)] if alarm else Finding.TOO_EARLY
    if line.adjusted is not None and line.adjusted <= plan.alpha:
        return _EARLY[is_better(line.measure, found.effect)]
    within = -plan.least_effect < found.low and found.high < plan.least_effect
    return Finding.NO_DIFFERENCE if within else Finding.UNDECIDED
