"""The figures as charts and tables of the admin's own components."""

import json
from collections.abc import Sequence

from django.urls import reverse
from django.utils.html import format_html

from okrproject.dashboard.figures import TARGET_MS, Period, Point, Slow, Spent, Step

_PRIMARY, _SECOND, _FAINT = "var(--color-primary-600)", "#d97706", "#9ca3af"
Table = dict[str, object]


def headline(found: Sequence[Point]) -> dict[str, str]:
    """Give the period's messages, average and hit rate as texts."""
    messages = sum(one.messages for one in found)
    timed = [one for one in found if one.average_ms is not None]
    counted = sum(one.messages for one in timed)
    average = sum((one.average_ms or 0.0) * one.messages for one in timed) / counted if counted else None
    asked, hits = sum(one.asked for one in found), sum(one.hits for one in found)
    return {
        "messages": f"{messages:,}",
        "average": "–" if average is None else f"{average:,.0f} ms",
        "verdict": "" if average is None else "within target" if average < TARGET_MS else "above target",
        "hit_rate": f"{hits / asked:.0%}" if asked else "–",
    }


def throughput(found: Sequence[Point], period: Period) -> str:
    """Give a bar chart of messages per minute."""
    minutes = period.point.total_seconds() / 60
    rates = [round(one.messages / minutes, 2) for one in found]
    return _chart(found, period, [_line("messages/min", rates, _PRIMARY, fill=True)])


def latency(found: Sequence[Point], period: Period) -> str:
    """Give a line chart of average and p95 beside the target."""
    return _chart(
        found,
        period,
        [
            _line("average ms", [_whole(one.average_ms) for one in found], _PRIMARY),
            _line("p95 ms", [_whole(one.p95_ms) for one in found], _SECOND),
            _line("target ms", [TARGET_MS] * len(found), _FAINT),
        ],
    )


def hit_rate(found: Sequence[Point], period: Period) -> str:
    """Give a line chart of the share of answers from the cache, in percent."""
    rates = [round(one.hits / one.asked * 100, 1) if one.asked else None for one in found]
    return _chart(found, period, [_line("hits %", rates, _PRIMARY)])


def step_table(found: Sequence[Step]) -> Table:
    """Give what each step takes, and its share of all steps."""
    whole = sum(one.total_ms for one in found) or 1.0
    rows = [
        [one.name, f"{one.total_ms / whole:.2%}", f"{one.average_ms:,.2f} ms", f"{one.p95_ms:,.2f} ms"]
        for one in found
    ]
    return {"headers": ["Step", "Share", "Average", "p95"], "rows": rows}


def spent_table(found: Sequence[Spent]) -> Table:
    """Give tokens, cost and latency by day and model, newest first."""
    rows = [
        [f"{one.day:%Y-%m-%d}", one.model, f"{one.input_tokens:,}", f"{one.output_tokens:,}",
         f"${one.cost_usd:,.4f}", _milliseconds(one.average_ms), _milliseconds(one.p95_ms)]
        for one in reversed(found)
    ]  # fmt: skip
    headers = ["Day", "Model", "Tokens read", "Tokens written", "Cost", "Average call", "p95 call"]
    return {"headers": headers, "rows": rows}


def slow_table(found: Sequence[Slow]) -> Table:
    """Give the slowest messages, each with the way to its job."""
    rows = [
        [
            format_html(
                '<a class="text-primary-600" href="{}">{}</a>',
                reverse("admin:conversations_job_change", args=[one.job]),
                str(one.job)[:8],
            ),
            f"{one.at:%Y-%m-%d %H:%M:%S}",
            f"{one.total_ms:,.0f} ms",
            _milliseconds(one.claude_ms),
            one.cache or "–",
            one.model,
        ]
        for one in found
    ]
    return {"headers": ["Job", "Ended", "Total", "Claude", "Cache", "Model"], "rows": rows}


def worker_table(signs: Sequence[dict[str, object]]) -> Table:
    """Give the worker processes that say they consume."""
    rows = [[str(one["worker"]), str(one["slots"]), str(one["busy"])] for one in signs]
    return {"headers": ["Worker", "Slots", "Busy"], "rows": rows}


def _milliseconds(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f} ms"


def _whole(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _line(label: str, data: Sequence[float | None], colour: str, *, fill: bool = False) -> dict[str, object]:
    return {
        "label": label, "data": list(data), "borderColor": colour, "backgroundColor": colour,
        "displayYAxis": True, "fill": fill, "maxTicksXLimit": 8, "spanGaps": True,
        # A message alone in its minute has no line on either side.
        "pointStyle": "circle", "pointRadius": 2,
    }  # fmt: skip


def _chart(found: Sequence[Point], period: Period, datasets: list[dict[str, object]]) -> str:
    pattern = "%H:%M" if period in {Period.HOUR, Period.DAY} else "%m-%d %H:%M"
    return json.dumps({"labels": [one.at.strftime(pattern) for one in found], "datasets": datasets})
