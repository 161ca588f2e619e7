"""The what-if table of a report."""

from profiling.analysis.tables import ms, table
from profiling.analysis.targets import TARGET_MS
from profiling.analysis.what_if import HIT_RATES, PROMPT_SAVINGS, Costs


def what_if_section(costs: Costs) -> str:
    """Show the average message under other hit rates and prompts, and what streaming shows sooner."""
    if not costs.knows_calls:
        return "No message of this run was answered by Claude, so it cannot tell what a call would cost."
    basis = "measured cost of a hit" if costs.hit_is_measured else "a hit spares the call, all else stays"
    rows = [
        *(_row(f"{rate:.0%} cache hits", costs.average_at(rate), basis) for rate in HIT_RATES),
        *(_prompt_row(costs, share) for share in PROMPT_SAVINGS),
    ]
    parts = (
        f"A message with a Claude call takes {ms(costs.miss_ms)}, one from the cache {ms(costs.hit_ms)} "
        + ("(measured)." if costs.hit_is_measured else "(what all but the call takes; no hit was measured)."),
        table(("Change", "Average", f"Below {ms(TARGET_MS)}", "Basis"), rows),
        _needed(costs),
        _streaming(costs),
    )
    return "\n\n".join(parts)


def needed_hit_rate(costs: Costs) -> str:
    """Name the hit rate the target needs."""
    rate = costs.hit_rate_for(TARGET_MS)
    return "no hit rate" if rate is None else f"{rate:.1%} cache hits"


def _needed(costs: Costs) -> str:
    return f"The target of {ms(TARGET_MS)} needs {needed_hit_rate(costs)} and nothing else."


def _row(change: str, average: float, basis: str) -> tuple[str, ...]:
    return change, ms(average), "yes" if average < TARGET_MS else "no", basis


def _prompt_row(costs: Costs, share: float) -> tuple[str, ...]:
    change = f"prompt −{share:.0%}"
    saved = costs.measured_by_prompt(share)
    if saved is not None:
        return _row(change, costs.average_at(0, prompt_saving_ms=saved), "measured effect of prompt size")
    saved = costs.most_by_prompt(share)
    return _row(change, costs.average_at(0, prompt_saving_ms=saved), "at the very most; no effect measured")


def _streaming(costs: Costs) -> str:
    if costs.first_token_ms is None or costs.whole_ms is None:
        return "Streaming: when the first words arrived is not in this file."
    return (
        f"Streaming: the first words arrive after {ms(costs.first_token_ms)}, the whole reply after "
        f"{ms(costs.whole_ms)}; it shows something {ms(costs.whole_ms - costs.first_token_ms)} sooner and "
        "shortens nothing."
    )
