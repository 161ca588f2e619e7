"""Two runs side by side: what changed, and how sure that is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from profiling.analysis.operations import operations, times_of
from profiling.analysis.results import TOTAL, Results
from profiling.analysis.statistics import Interval, Quantile, bootstrap, quantile
from profiling.analysis.targets import hit_rate_of

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Change:
    """One average before and after, in milliseconds, and the relative change with its interval.

    `pairs` says how many things measured in both runs the interval rests on.
    """

    name: str
    before: float
    after: float
    relative: Interval
    pairs: int

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves no doubt about the direction."""
        return self.pairs > 1 and self.relative.excludes(0.0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that changed between two runs."""

    before: Results
    after: Results
    total: Change
    scenarios: tuple[Change, ...]
    operations: tuple[Change, ...]
    percentiles: tuple[tuple[Quantile, Quantile], ...]
    hit_rates: tuple[float | None, float | None]
    unmatched: tuple[str, ...]

    def regressions(self, most: float) -> tuple[str, ...]:
        """Say what is worse by more than a share of 1; an empty answer is a pass.

        The average decides, whatever its interval: a gate that waits for certainty lets a slow
        release through whenever the machine is noisy. Lost messages are a regression, too.
        """
        found = []
        if self.total.relative.value > most:
            found.append(f"the average is {self.total.relative.value:+.1%}, more than {most:.1%} is allowed")
        failed_before, failed_after = (_failed(one) for one in (self.before, self.after))
        if failed_after > failed_before:
            found.append(f"{failed_after} messages failed, {failed_before} before")
        return tuple(found)


def compare(before: Results, after: Results) -> Comparison:
    """Compare two runs, message with message where both have samples, else scenario with scenario."""
    names = {one.name for one in before.scenarios} & {one.name for one in after.scenarios}
    all_names = [one.name for one in (*before.scenarios, *after.scenarios)]
    return Comparison(
        before=before,
        after=after,
        total=_change("Average per message", before.average_ms, after.average_ms, _pairs(before, after)),
        scenarios=tuple(
            _scenario_change(before, after, name)
            for name in dict.fromkeys(all_names)
            if name in names
        ),
        operations=_operation_changes(before, after),
        percentiles=_percentiles(before, after),
        hit_rates=(hit_rate_of(before), hit_rate_of(after)),
        unmatched=tuple(name for name in dict.fromkeys(all_names) if name not in names),
    )  # fmt: skip


def _failed(results: Results) -> int:
    return sum(not one.is_answered for one in results.samples)


def _change(name: str, before: float, after: float, pairs: Sequence[Pair]) -> Change:
    relative = after / before - 1 if before else 0.0
    if not pairs or not all(fmean(column) for column in zip(*pairs, strict=True)):
        return Change(name, before, after, Interval(relative, relative, relative), 0)
    spread = bootstrap(range(len(pairs)), lambda drawn: _ratio([pairs[int(place)] for place in drawn]))
    # The interval is centred on the pairs; the figure shown is that of the whole run.
    shift = relative - spread.value
    return Change(
        name, before, after, Interval(relative, spread.low + shift, spread.high + shift), len(pairs)
    )


def _ratio(pairs: Sequence[Pair]) -> float:
    first = sum(pair[0] for pair in pairs)
    return sum(pair[1] for pair in pairs) / first - 1 if first else 0.0


def _pairs(before: Results, after: Results, scenario: str | None = None) -> list[Pair]:
    first, second = _by_message(before), _by_message(after)
    shared = [key for key in first if key in second and scenario in {None, key[0]}]
    if shared:
        return [(fmean(first[key]), fmean(second[key])) for key in shared]
    later = {one.name: one.mean_ms for one in after.scenarios if one.messages}
    return [
        (one.mean_ms, later[one.name])
        for one in before.scenarios
        if one.messages and one.name in later and scenario in {None, one.name}
    ]


def _by_message(results: Results) -> dict[tuple[str, int], list[float]]:
    found: dict[tuple[str, int], list[float]] = defaultdict(list)
    for one in results.answered():
        found[one.scenario, one.index].append(one.total_ms or 0.0)
    return found


def _scenario_change(before: Results, after: Results, name: str) -> Change:
    first, second = (next(one for one in run.scenarios if one.name == name) for run in (before, after))
    return _change(name, first.mean_ms, second.mean_ms, _pairs(before, after, name))


def _operation_changes(before: Results, after: Results) -> tuple[Change, ...]:
    """Compare what an operation takes per message: a call spared counts as time spared."""
    first = {one.name: one.total_ms / before.messages for one in operations(before)}
    second = {one.name: one.total_ms / after.messages for one in operations(after)}
    return tuple(
        _change(name, first.get(name, 0.0), second.get(name, 0.0), [])
        for name in dict.fromkeys((*first, *second))
    )


def _percentiles(before: Results, after: Results) -> tuple[tuple[Quantile, Quantile], ...]:
    first, second = times_of(before, TOTAL), times_of(after, TOTAL)
    if not first or not second:
        return ()
    return tuple((quantile(first, percent), quantile(second, percent)) for percent in (50, 95, 99))
