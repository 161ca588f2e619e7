"""Everything a report says about one run, worked out once."""

from dataclasses import dataclass

from profiling.analysis.claims import Claim, Difference, differences
from profiling.analysis.evidence import causes_of, run_notes
from profiling.analysis.memory import Growth, growths
from profiling.analysis.operations import OUTSIDE, Category, Operation, operations
from profiling.analysis.priorities import Priority, priority_of
from profiling.analysis.results import CLAUDE, Results, Scenario
from profiling.analysis.statistics import Interval, bootstrap, coefficient_of_variation
from profiling.analysis.targets import TARGET_MS, Target, targets_of
from profiling.analysis.what_if import Costs, costs_of

TOP = 5


@dataclass(frozen=True, slots=True)
class Analysis:
    """One run, understood."""

    results: Results
    operations: tuple[Operation, ...]
    ranking: tuple[Scenario, ...]
    average: Interval
    variation: float
    costs: Costs
    overhead_ms: float
    targets: tuple[Target, ...]
    notes: tuple[str, ...]
    growths: tuple[Growth, ...]
    differences: tuple[Difference, ...]

    @property
    def fastest(self) -> Scenario:
        """The scenario with the least time per message."""
        return self.ranking[0]

    @property
    def slowest(self) -> Scenario:
        """The scenario with the most time per message."""
        return self.ranking[-1]

    @property
    def top(self) -> tuple[Operation, ...]:
        """The five operations with the longest total, wrappers included as the first system did."""
        return self.operations[:TOP]

    @property
    def memory_mb(self) -> float | None:
        """The change of memory over all scenarios, where every scenario has one."""
        deltas = [scenario.memory_mb for scenario in self.results.scenarios]
        return None if None in deltas else sum(delta or 0.0 for delta in deltas)

    @property
    def resting(self) -> frozenset[str]:
        """What parts of the run a file's own percentiles rest on, where it is not the whole."""
        latencies = (one.latency for one in self.operations)
        return frozenset(one.rests_on for one in latencies if one and one.rests_on)

    @property
    def unaccounted_ms(self) -> float:
        """The time of the run that no operation accounts for."""
        return self.results.total_ms - sum(
            one.total_ms for one in self.operations if one.category not in OUTSIDE
        )

    def priority(self, operation: Operation) -> Priority:
        """Rank an operation by what it could bring."""
        return priority_of(operation, self.costs, self.results.messages)

    def causes(self, operation: Operation) -> tuple[str, ...]:
        """Give the evidence on one operation."""
        return causes_of(operation, self.results)

    def by_category(self) -> dict[Category, float]:
        """Give the total milliseconds of each kind of work, the longest first; wrappers left out."""
        totals: dict[Category, float] = {}
        for one in self.operations:
            if one.category is not Category.WRAPPER:
                totals[one.category] = totals.get(one.category, 0.0) + one.total_ms
        return dict(sorted(totals.items(), key=lambda pair: -pair[1]))


def analyse(results: Results, claims: tuple[Claim, ...] = ()) -> Analysis:
    """Work out everything a report says; claims made elsewhere about this run are checked."""
    found = operations(results)
    ranking = tuple(
        sorted((one for one in results.scenarios if one.messages), key=lambda one: (one.mean_ms, one.name))
    )
    costs = costs_of(results)
    overhead = _overhead_ms(results, found)
    return Analysis(
        results=results,
        operations=found,
        ranking=ranking,
        average=_average(results),
        variation=coefficient_of_variation([one.mean_ms for one in ranking]),
        costs=costs,
        overhead_ms=overhead,
        targets=targets_of(results, found, overhead_ms=overhead),
        notes=run_notes(results),
        growths=growths(results.memory),
        differences=differences(claims, _figures(results, found, ranking, costs)),
    )


def _average(results: Results) -> Interval:
    """Give the mean with its interval: over messages where known, else over scenarios."""
    times = [one.total_ms for one in results.answered() if one.total_ms is not None]
    if len(times) == results.messages:
        return bootstrap(times)
    spread = bootstrap([one.mean_ms for one in results.scenarios if one.messages])
    return Interval(results.average_ms, spread.low, spread.high)


def _overhead_ms(results: Results, found: tuple[Operation, ...]) -> float:
    """Give what a message took outside of the Claude call."""
    totals = {one.category: one.total_ms for one in found if one.category is Category.WRAPPER}
    claude = sum(one.total_ms for one in found if one.name == CLAUDE)
    return (totals.get(Category.WRAPPER, results.total_ms) - claude) / results.messages


def _figures(
    results: Results, found: tuple[Operation, ...], ranking: tuple[Scenario, ...], costs: Costs
) -> dict[str, float | str]:
    """Name the figures that somebody may have made a claim about."""
    memory = [one.memory_mb or 0.0 for one in results.scenarios]
    means = [one.mean_ms for one in ranking]
    spread = means[-1] - means[0]
    figures: dict[str, float | str] = {
        "total_ms": results.total_ms,
        "average_ms": results.average_ms,
        "over_target_percent": (results.average_ms / TARGET_MS - 1) * 100,
        "memory_mb": sum(memory),
        "memory_mb_per_message": sum(memory) / results.messages,
        "fastest": ranking[0].name,
        "fastest_ms": means[0],
        "slowest": ranking[-1].name,
        "slowest_ms": means[-1],
        "spread_ms": spread,
        "spread_percent": spread / means[0] * 100 if means[0] else 0.0,
        "deviation_ms": coefficient_of_variation(means) * sum(means) / len(means),
        "variation_percent": coefficient_of_variation(means) * 100,
        "rest_ms": costs.rest_ms,
        "database_ms": sum(one.mean_ms for one in found if one.category is Category.DATABASE),
    }
    for rate in (40, 60, 80, 90):
        figures[f"what_if_{rate}_ms"] = costs.average_at(rate / 100)
    needed = costs.hit_rate_for(TARGET_MS)
    if needed is not None:
        figures["needed_hit_rate_percent"] = needed * 100
    for one in found:
        figures |= {f"{one.name}/total_ms": one.total_ms, f"{one.name}/mean_ms": one.mean_ms}
        if one.latency:
            figures[f"{one.name}/n"] = float(one.latency.n)
    return figures
