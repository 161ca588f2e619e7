"""Markdown tables and figures."""

import math
from collections.abc import Iterable, Sequence

from profiling.analysis.statistics import Interval, Quantile


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, texts: int = 1) -> str:
    """Give a table whose first columns are texts and whose others are figures."""
    marks = ["---" if place < texts else "---:" for place in range(len(heads))]
    lines = [heads, marks, *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def whole(value: float) -> str:
    """Show a figure without places, a half rounded up as people do."""
    return f"{math.floor(value + 0.5):,}"


def ms(value: float | None) -> str:
    """Show milliseconds, with more places the smaller they are."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{whole(value)} ms"
    return f"{value:.1f} ms" if abs(value) >= 10 else f"{value:.2f} ms"


def between(interval: Interval) -> str:
    """Show a figure with its 95 % interval."""
    return f"{ms(interval.value)} ({ms(interval.low)} – {ms(interval.high)})"


def known(quantile: Quantile) -> str:
    """Show a percentile, or that the samples are too few for it."""
    return ms(quantile.value) if quantile.value is not None else f"too few (n = {quantile.n})"


def listed(items: Iterable[str]) -> str:
    """Give a list."""
    return "\n".join(f"- {item}" for item in items)
