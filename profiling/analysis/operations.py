"""What each operation took over the whole run, and what kind of work it is."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from profiling.analysis.results import TOTAL, Reported, Results, Timed
from profiling.analysis.statistics import Interval, Quantile, bootstrap, least_samples, quantile

QUEUE_WAIT = "queue_wait"


class Category(StrEnum):
    """The kind of work an operation is."""

    EXTERNAL = "External API"
    COMPUTATION = "Computation"
    DATABASE = "Database I/O"
    CACHE = "Cache"
    QUEUE = "Queue"
    WRAPPER = "Wrapper"
    OTHER = "Other"


# What is not a part of a message's processing time: the whole itself, and what went before.
OUTSIDE = frozenset({Category.WRAPPER, Category.QUEUE})
_CATEGORIES = {
    TOTAL: Category.WRAPPER,
    "step_1_load_session": Category.DATABASE,
    "step_2_load_messages": Category.DATABASE,
    "step_3_detect_antipatterns": Category.COMPUTATION,
    "step_4_assess_quality": Category.COMPUTATION,
    "step_5_choose_strategy": Category.COMPUTATION,
    "step_6_build_prompt": Category.COMPUTATION,
    "step_6_5_response_cache_lookup": Category.CACHE,
    "step_7_claude_api_call": Category.EXTERNAL,
    "step_7_5_knowledge_suggestions": Category.COMPUTATION,
    "step_8_advance_phase": Category.COMPUTATION,
    "step_9_save_reply": Category.DATABASE,
    QUEUE_WAIT: Category.QUEUE,
}
# An operation's average in one scenario that is this many times the others' asks for a reason.
_ODD_FACTOR = 2.0


@dataclass(frozen=True, slots=True)
class Latency:
    """How one operation's times are distributed, and what that rests on."""

    n: int
    p50: Quantile
    p95: Quantile
    p99: Quantile
    mean: Interval | None
    rests_on: str | None

    @property
    def variability(self) -> float | None:
        """p99 / p50, where both are known."""
        if self.p99.value is None or not self.p50.value:
            return None
        return self.p99.value / self.p50.value


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation over the whole run."""

    name: str
    category: Category
    count: int
    total_ms: float
    share: float
    latency: Latency | None
    memory_mb: float | None
    odd_scenario: str | None

    @property
    def mean_ms(self) -> float:
        """The average of one call."""
        return self.total_ms / self.count if self.count else 0.0


def category_of(name: str) -> Category:
    """Give the kind of work an operation is."""
    return _CATEGORIES.get(name, Category.OTHER)


def operations(results: Results) -> tuple[Operation, ...]:
    """Add up every operation over all scenarios, the longest total first."""
    totals: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    for scenario in results.scenarios:
        for timed in scenario.operations:
            totals[timed.name] += timed.total_ms
            counts[timed.name] += timed.count
    waits = times_of(results, QUEUE_WAIT)
    if waits:
        totals[QUEUE_WAIT], counts[QUEUE_WAIT] = sum(waits), len(waits)
    found = (
        Operation(
            name=name,
            category=category_of(name),
            count=counts[name],
            total_ms=total,
            share=total / results.total_ms if results.total_ms else 0.0,
            latency=_latency(results, name, counts[name]),
            memory_mb=results.reported[name].memory_mb if name in results.reported else None,
            odd_scenario=_odd_scenario(results, name),
        )
        for name, total in totals.items()
    )
    return tuple(sorted(found, key=lambda one: (-one.total_ms, one.name)))


def times_of(results: Results, name: str) -> list[float]:
    """Give every sample's time for one operation."""
    if name == TOTAL:
        return [one.total_ms for one in results.answered() if one.total_ms is not None]
    if name == QUEUE_WAIT:
        return [one.queued_ms for one in results.answered() if one.queued_ms is not None]
    return [one.steps[name] for one in results.answered() if name in one.steps]


def _latency(results: Results, name: str, count: int) -> Latency | None:
    times = times_of(results, name)
    if times:
        p50, p95, p99 = (quantile(times, percent) for percent in (50, 95, 99))
        return Latency(len(times), p50, p95, p99, bootstrap(times), None)
    reported = results.reported.get(name)
    if reported is None:
        return None
    values = ((50, reported.p50_ms), (95, reported.p95_ms), (99, reported.p99_ms))
    p50, p95, p99 = (
        Quantile(percent, reported.count, value if reported.count >= least_samples(percent) else None)
        for percent, value in values
    )
    rests_on = None if reported.count >= count else _scenario_of(results, name, reported)
    return Latency(reported.count, p50, p95, p99, None, rests_on)


def _scenario_of(results: Results, name: str, reported: Reported) -> str:
    """Say which part of the run a file's own percentiles come from."""
    for scenario in reversed(results.scenarios):
        for timed in scenario.operations:
            if timed.name == name and _are_the_same(timed, reported):
                which = "last scenario" if scenario is results.scenarios[-1] else "scenario"
                return f"the {which}'s {reported.count} samples ({scenario.name})"
    return f"{reported.count} samples of an unknown part of the run"


def _are_the_same(timed: Timed, reported: Reported) -> bool:
    near = abs(timed.total_ms - reported.total_ms) <= 0.01 * max(1.0, reported.total_ms)
    return timed.count == reported.count and near


def _odd_scenario(results: Results, name: str) -> str | None:
    """Name the scenario in which the operation is far slower than in the others."""
    means = [(timed.mean_ms, scenario.name) for scenario in results.scenarios
             for timed in scenario.operations if timed.name == name]  # fmt: skip
    if len(means) < 3:
        return None
    worst, where = max(means)
    usual = median(mean for mean, scenario in means if scenario != where)
    return where if usual and worst > _ODD_FACTOR * usual else None
