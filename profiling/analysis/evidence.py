"""Root-cause notes: only what the file's own figures show."""

from statistics import fmean

from profiling.analysis.operations import QUEUE_WAIT, Operation, times_of
from profiling.analysis.results import CLAUDE, Results, Sample
from profiling.analysis.statistics import Trend, percentile, quantile, trend

_NO_SAMPLES = (
    "The file holds no samples of single messages, so neither the prompt's size nor the reply's "
    "length can be tested as a cause."
)


def causes_of(operation: Operation, results: Results) -> tuple[str, ...]:
    """Say what the measurements tell about why an operation takes its time."""
    notes: list[str] = []
    if operation.name == CLAUDE:
        notes += _call_notes(results)
    if operation.odd_scenario:
        notes.append(
            f"Its average in “{operation.odd_scenario}” is more than twice that of the other scenarios: "
            + (
                "it ran first, so a cold start is the likely cause."
                if operation.odd_scenario == results.scenarios[0].name
                else "something in that conversation costs it more."
            )
        )
    if operation.latency and operation.latency.rests_on:
        notes.append(f"Its percentiles rest on {operation.latency.rests_on}, not on the whole run.")
    return tuple(notes) or ("The file holds no evidence of a particular cause.",)


def run_notes(results: Results) -> tuple[str, ...]:
    """Say what the samples show about the queue and the cache."""
    return (*_client_notes(results), *_queue_notes(results), *_cache_notes(results))


def _call_notes(results: Results) -> list[str]:
    called = [one for one in results.answered() if CLAUDE in one.steps and not one.is_hit]
    if not called:
        return [_NO_SAMPLES]
    return [
        _sized("prompt size", "input token", trend(_points(called, by_output=False))),
        _sized("reply length", "output token", trend(_points(called, by_output=True))),
    ]


def _points(samples: list[Sample], *, by_output: bool) -> list[tuple[float, float]]:
    return [
        (float(one.output_tokens if by_output else one.input_tokens), one.steps[CLAUDE]) for one in samples
    ]


def _sized(what: str, unit: str, line: Trend | None) -> str:
    if line is None:
        return f"The {what} did not vary, so its effect cannot be told."
    slope = f"{line.slope:+.2f} ± {2 * line.error:.2f} ms per {unit}"
    figures = f"r = {line.correlation:+.2f}, {slope}, n = {line.n}"
    if line.stands_out:
        return f"Latency goes with {what}: {figures}."
    return f"No effect of {what} on latency stands out of the noise: {figures}."


def _client_notes(results: Results) -> list[str]:
    seen = [one for one in results.answered() if one.wall_ms is not None]
    if not seen:
        return []
    waited = fmean(one.wall_ms or 0.0 for one in seen)
    known = fmean((one.total_ms or 0.0) + (one.queued_ms or 0.0) for one in seen)
    note = (
        f"The client saw replies after {waited:,.1f} ms; {waited - known:,.1f} ms of that were neither queue "
        f"nor processing, but accepting the message and fetching the answer (n = {len(seen)})."
    )
    return [note]


def _queue_notes(results: Results) -> list[str]:
    waits = times_of(results, QUEUE_WAIT)
    if not waits:
        return ["How long messages waited in the queue is not in this file."]
    late = quantile(waits, 95).value
    tail = f"longest {percentile(waits, 100):.1f} ms" if late is None else f"p95 {late:.1f} ms"
    return [f"Messages waited {fmean(waits):.1f} ms in the queue on average ({tail}, n = {len(waits)})."]


def _cache_notes(results: Results) -> list[str]:
    answered = results.answered()
    if not answered:
        return ["The file says nothing about a cache."]
    notes = []
    for status in sorted({one.cache or "not asked" for one in answered}):
        times = [one.total_ms or 0.0 for one in answered if (one.cache or "not asked") == status]
        notes.append(f"Cache {status}: {len(times)} messages, {fmean(times):,.1f} ms on average.")
    return notes
