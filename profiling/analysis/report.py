"""`BOTTLENECK_ANALYSIS.md`: one run, explained."""

from collections.abc import Iterable

from profiling.analysis.analysis import TOP, Analysis
from profiling.analysis.operations import Category, Operation
from profiling.analysis.results import CLAUDE
from profiling.analysis.statistics import ROUNDS, SEED
from profiling.analysis.tables import between, known, listed, ms, table
from profiling.analysis.targets import TARGET_MS
from profiling.analysis.what_if_report import what_if_section


def bottleneck_report(analysis: Analysis, *, source: str, charts: Iterable[str] = ()) -> str:
    """Write the whole report; `source` names the file and the command it comes from."""
    parts = (
        "# Where the time goes",
        _origin(analysis, source),
        "## Summary\n\n" + _summary(analysis),
        "## Targets\n\n" + _targets(analysis),
        f"## Top {TOP} by total time\n\n" + _top(analysis),
        "## Every operation\n\n" + _operations(analysis),
        "## By kind of work\n\n" + _categories(analysis),
        "## Scenarios\n\n" + _scenarios(analysis),
        "## What if\n\n" + what_if_section(analysis.costs),
        "## Memory\n\n" + _memory(analysis),
        "## Notes\n\n" + _notes(analysis),
        *(f"![{name.removesuffix('.svg').replace('-', ' ')}]({name})" for name in charts),
    )
    return "\n\n".join(parts) + "\n"


def _origin(analysis: Analysis, source: str) -> str:
    results = analysis.results
    lines = [f"Source: {source}, measured {results.timestamp}."]
    lines += [f"{name}: {value}" for name, value in results.environment.items()]
    if not results.complete:
        failed = [one for one in results.samples if not one.is_answered]
        lines.append(
            f"**Partial run:** it ended early or {len(failed)} of its messages failed; only answered "
            "messages are counted."
        )
    return listed(lines)


def _summary(analysis: Analysis) -> str:
    results = analysis.results
    claude = next((one for one in analysis.operations if one.name == CLAUDE), None)
    lines = [
        f"{len(results.scenarios)} scenarios, {results.messages} messages, {results.total_ms:,.0f} ms.",
        f"Average per message: **{between(analysis.average)}**; the target is {ms(TARGET_MS)}.",
        f"Fastest scenario: {analysis.fastest.name}, {ms(analysis.fastest.mean_ms)} per message.",
        f"Slowest scenario: {analysis.slowest.name}, {ms(analysis.slowest.mean_ms)} per message.",
    ]
    if claude:
        lines.append(
            f"The Claude call is {claude.share:.2%} of the time; all else is "
            f"{ms(analysis.overhead_ms)} per message."
        )
    return listed(lines)


def _targets(analysis: Analysis) -> str:
    rows = [(one.name, one.wanted, one.measured, one.gap, one.verdict) for one in analysis.targets]
    return table(("Target", "Wanted", "Measured", "Missing", "Verdict"), rows)


def _top(analysis: Analysis) -> str:
    return "\n\n".join(_bottleneck(analysis, place, one) for place, one in enumerate(analysis.top, start=1))


def _bottleneck(analysis: Analysis, place: int, one: Operation) -> str:
    priority = analysis.priority(one)
    lines = [
        f"{one.category}: {one.total_ms:,.1f} ms ({one.share:.3%}), {one.count} × {ms(one.mean_ms)}",
        f"Priority **{priority.level}**: "
        + (
            f"up to {ms(priority.gain_ms)} per message ({priority.gain_share:.2%}), {priority.how}"
            if priority.gain_ms
            else priority.how
        ),
        *analysis.causes(one),
    ]
    return f"### {place}. `{one.name}`\n\n{listed(lines)}"


def _operations(analysis: Analysis) -> str:
    heads = ("Operation", "Calls", "Total", "Share", "Mean", "p50", "p95", "p99", "p99/p50", "n")
    body = table(heads, (_operation_row(one) for one in analysis.operations))
    marks = [
        f"† The file's own percentiles rest on {what}, not on every call."
        for what in sorted(analysis.resting)
    ]
    return "\n\n".join((body, *marks))


def _operation_row(one: Operation) -> tuple[str, ...]:
    figures = (one.name, f"{one.count}", f"{one.total_ms:,.1f} ms", f"{one.share:.3%}", ms(one.mean_ms))
    if one.latency is None:
        return (*figures, "–", "–", "–", "–", "0")
    latency, mark = one.latency, " †" if one.latency.rests_on else ""
    quantiles = (known(each) + mark for each in (latency.p50, latency.p95, latency.p99))
    spread = "too few" if latency.variability is None else f"{latency.variability:.2f}"
    return (*figures, *quantiles, spread, f"{latency.n}{mark}")


def _categories(analysis: Analysis) -> str:
    rows = [
        (category.value, f"{total:,.1f} ms", f"{total / (analysis.results.total_ms or 1):.3%}")
        for category, total in analysis.by_category().items()
    ]
    rest = analysis.unaccounted_ms
    rows.append(("Between operations", f"{rest:,.1f} ms", f"{rest / (analysis.results.total_ms or 1):.3%}"))
    absent = [one.value for one in (Category.CACHE, Category.QUEUE) if one not in analysis.by_category()]
    note = f"\n\nNot in this file: {', '.join(absent)}." if absent else ""
    return table(("Kind", "Total", "Share"), rows) + note


def _scenarios(analysis: Analysis) -> str:
    rows = [
        (f"{place}", one.name, f"{one.messages}", ms(one.total_ms), ms(one.mean_ms))
        for place, one in enumerate(analysis.ranking, start=1)
    ]
    body = table(("Rank", "Scenario", "Messages", "Total", "Per message"), rows, texts=2)
    spread = analysis.slowest.mean_ms - analysis.fastest.mean_ms
    share = spread / analysis.fastest.mean_ms if analysis.fastest.mean_ms else 0.0
    return (
        f"{body}\n\nThe slowest takes {ms(spread)} ({share:.1%}) more per message than the fastest; the "
        f"coefficient of variation over scenarios is {analysis.variation:.1%}."
    )


def _memory(analysis: Analysis) -> str:
    lines = []
    if analysis.memory_mb is not None:
        per_message = analysis.memory_mb / analysis.results.messages
        lines.append(
            f"Change over all scenarios: {analysis.memory_mb:+.2f} MB ({per_message:+.3f} per message)."
        )
    if not analysis.growths:
        lines.append("No readings over time, so a leak can be neither found nor excluded.")
        return listed(lines)
    rows = [
        (
            one.process,
            f"{one.n}",
            f"{one.first_mb:.1f} MB",
            f"{one.last_mb:.1f} MB",
            f"{one.highest_mb:.1f} MB",
            f"{one.slope.slope:+.3f} ± {2 * one.slope.error:.3f} MB/min" if one.slope else "too few",
            one.verdict,
        )
        for one in analysis.growths
    ]
    heads = ("Process", "Readings", "First", "Last", "Highest", "Slope after warming up", "Verdict")
    rule = (
        "A process leaks when its memory still rises in the second half of the run, by a slope more than "
        "twice its standard error, and by more than 1 MB and 1 %."
    )
    return "\n\n".join(part for part in (listed(lines), table(heads, rows), rule) if part)


def _notes(analysis: Analysis) -> str:
    lines = [
        *analysis.notes,
        f"Intervals: percentile bootstrap, {ROUNDS} rounds, seed {SEED}.",
        "A percentile is given from 3 samples for p50, 20 for p95 and 100 for p99.",
    ]
    body = listed(lines)
    if not analysis.differences:
        return body
    document = analysis.differences[0].claim.document
    rows = [(one.claim.where, one.claim.says, one.measured) for one in analysis.differences]
    return (
        f"{body}\n\n### Where {document} differs from its own data\n\n"
        + table(("Section", "It says", "The data say"), rows, texts=2)
    )  # fmt: skip
