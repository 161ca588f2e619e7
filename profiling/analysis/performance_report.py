"""`PERFORMANCE_REPORT.md`: two runs compared."""

from profiling.analysis.compare import Change, Comparison
from profiling.analysis.results import Results
from profiling.analysis.statistics import ROUNDS, SEED
from profiling.analysis.tables import known, listed, ms, table


def performance_report(
    comparison: Comparison, *, before: str, after: str, max_regression: float
) -> str:  # fmt: skip
    """Write what changed; `before` and `after` name the files."""
    found = comparison.regressions(max_regression)
    verdict = "**Regression**: " + "; ".join(found) if found else "No regression."
    parts = (
        "# Before and after",
        listed([_origin("Before", before, comparison.before), _origin("After", after, comparison.after)]),
        f"{verdict} Allowed: {max_regression:.1%} on the average message.",
        "## The average message\n\n" + _changes([comparison.total]),
        "## Percentiles\n\n" + _percentiles(comparison),
        "## Scenarios\n\n" + _changes(comparison.scenarios),
        "## Operations, per message\n\n" + _operations(comparison),
        "## Notes\n\n" + listed(_notes(comparison)),
    )
    return "\n\n".join(parts) + "\n"


def _origin(which: str, name: str, results: Results) -> str:
    surroundings = "; ".join(f"{key}: {value}" for key, value in results.environment.items())
    partial = "" if results.complete else " (a partial run)"
    tail = f"; {surroundings}" if surroundings else ""
    return f"{which}: {name}, measured {results.timestamp}, {results.messages} messages{partial}{tail}"


def _changes(changes: list[Change] | tuple[Change, ...]) -> str:
    rows = [
        (
            one.name,
            ms(one.before),
            ms(one.after),
            f"{one.relative.value:+.1%}",
            f"{one.relative.low:+.1%} … {one.relative.high:+.1%}" if one.pairs > 1 else "too few",
            f"{one.pairs}",
            "sure" if one.is_sure else "within noise" if one.pairs > 1 else "–",
        )
        for one in changes
    ]
    return table(("", "Before", "After", "Change", "95 % interval", "Pairs", "Direction"), rows)


def _percentiles(comparison: Comparison) -> str:
    if not comparison.percentiles:
        return "One of the files has no samples of single messages, so percentiles cannot be compared."
    rows = [
        (f"p{first.percent:g}", known(first), known(second), f"{first.n} / {second.n}")
        for first, second in comparison.percentiles
    ]
    return table(("", "Before", "After", "n"), rows)


def _operations(comparison: Comparison) -> str:
    rows = [
        (one.name, ms(one.before), ms(one.after), f"{one.relative.value:+.1%}" if one.before else "new")
        for one in comparison.operations
    ]
    return table(("Operation", "Before", "After", "Change"), rows)


def _notes(comparison: Comparison) -> list[str]:
    by_message = bool(comparison.before.answered()) and bool(comparison.after.answered())
    rates = ["–" if rate is None else f"{rate:.1%}" for rate in comparison.hit_rates]
    notes = [
        f"Pairs are {'messages' if by_message else 'scenarios'} in both runs; repetitions are averaged.",
        f"Intervals: percentile bootstrap over the pairs, {ROUNDS} rounds, seed {SEED}.",
        f"Cache hit rate: {rates[0]} before, {rates[1]} after.",
    ]
    if comparison.unmatched:
        notes.append(f"In one run only, and so not compared: {', '.join(comparison.unmatched)}.")
    return notes
