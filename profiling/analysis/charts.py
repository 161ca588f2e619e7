"""A run in pictures; every chart is a complete SVG text."""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

from profiling.analysis.analysis import Analysis
from profiling.analysis.operations import Category, times_of
from profiling.analysis.results import TOTAL, Reading
from profiling.analysis.statistics import percentile
from profiling.analysis.svg import (
    COLOURS,
    FAINT,
    GRID,
    INK,
    WIDTH,
    box,
    dot,
    drawing,
    path,
    stroke,
    words,
)
from profiling.analysis.tables import ms
from profiling.analysis.targets import TARGET_MS

_LEFT, _RIGHT, _TOP = 250.0, 116.0, 48.0
_SPAN = WIDTH - _LEFT - _RIGHT
_ROW = 26.0
_MOST_MARKS = 400
T = TypeVar("T")


def charts_of(analysis: Analysis) -> dict[str, str]:
    """Give every chart this run has data for, by file name."""
    made = {
        "share-of-time.svg": share_of_time(analysis),
        "scenarios.svg": scenarios(analysis),
    }
    if analysis.results.answered():
        made["latency-distribution.svg"] = latency_distribution(analysis)
        made["latency-over-time.svg"] = latency_over_time(analysis)
        made["cache-timeline.svg"] = cache_timeline(analysis)
    if analysis.results.memory:
        made["memory.svg"] = memory(analysis.results.memory)
    return made


def share_of_time(analysis: Analysis) -> str:
    """Draw what share of the total each operation has; a logarithmic scale keeps the small ones visible."""
    parts = [one for one in analysis.operations if one.category is not Category.WRAPPER and one.total_ms > 0]
    colours = {category: COLOURS[place % len(COLOURS)] for place, category in enumerate(Category)}
    shapes: list[str] = []
    least = min((one.share for one in parts), default=1.0)
    decades = max(1, math.ceil(-math.log10(min(least, 0.1))))
    for row, one in enumerate(parts):
        y = _TOP + row * _ROW
        width = _SPAN * (1 + math.log10(one.share) / decades)
        shapes += [
            words(_LEFT - 8, y + 14, one.name, anchor="end"),
            box(_LEFT, y, width, 18, colours[one.category], says=f"{one.category}: {one.total_ms:,.1f} ms"),
            words(_LEFT + max(width, 0) + 6, y + 14, f"{one.share:.4%}", colour=FAINT),
        ]
    foot = _TOP + len(parts) * _ROW + 16
    note = f"Logarithmic scale; the whole is {analysis.results.total_ms:,.0f} ms."
    return drawing("Share of time by operation", foot + 14, [*shapes, words(16, foot, note, colour=FAINT)])


def scenarios(analysis: Analysis) -> str:
    """Draw the average message of each scenario beside the target."""
    top = max(TARGET_MS, *(one.mean_ms for one in analysis.ranking)) * 1.05
    shapes: list[str] = []
    for row, one in enumerate(analysis.ranking):
        y, width = _TOP + row * _ROW, _SPAN * one.mean_ms / top
        shapes += [
            words(_LEFT - 8, y + 14, one.name, anchor="end"),
            box(_LEFT, y, width, 18, COLOURS[0], says=f"{one.messages} messages"),
            words(_LEFT + width + 6, y + 14, ms(one.mean_ms), colour=FAINT),
        ]
    foot = _TOP + len(analysis.ranking) * _ROW
    x = _LEFT + _SPAN * TARGET_MS / top
    shapes += [stroke(x, _TOP - 6, x, foot, INK, dashed=True), words(x + 4, foot + 14, "target 2,000 ms")]
    return drawing("Average per message by scenario, fastest first", foot + 26, shapes)


def latency_distribution(analysis: Analysis) -> str:
    """Draw every sample of every operation on a logarithmic scale, with the median."""
    rows = [(one.name, times_of(analysis.results, one.name)) for one in analysis.operations]
    rows = [(name, times) for name, times in rows if times]
    least = min(max(min(times), 0.001) for _, times in rows)
    most = max(max(times) for _, times in rows)
    low, high = math.floor(math.log10(least)), max(math.ceil(math.log10(most)), 1)

    def at(value: float) -> float:
        return _LEFT + _SPAN * (math.log10(max(value, 0.001)) - low) / (high - low)

    foot = _TOP + len(rows) * _ROW
    shapes = [stroke(at(10.0**power), _TOP - 4, at(10.0**power), foot) for power in range(low, high + 1)]
    shapes += [
        words(at(10.0**power), foot + 16, f"{10.0**power:g} ms", anchor="middle", colour=FAINT)
        for power in range(low, high + 1)
    ]
    for row, (name, times) in enumerate(rows):
        y = _TOP + row * _ROW + 10
        middle = percentile(times, 50)
        shapes += [dot(at(time), y, COLOURS[0]) for time in thinned(sorted(times))]
        shapes += [
            words(_LEFT - 8, y + 4, name, anchor="end"),
            stroke(at(middle), y - 8, at(middle), y + 8, INK),
            words(WIDTH - 8, y + 4, f"p50 {middle:,.1f} ms", anchor="end", colour=FAINT),
        ]
    return drawing("Latency distribution by operation: samples and median", foot + 28, shapes)


def latency_over_time(analysis: Analysis) -> str:
    """Draw every message's time in the order asked, with the p95 of each twentieth of the run."""
    times = times_of(analysis.results, TOTAL)
    shapes, at = _frame(len(times), max(*times, TARGET_MS) * 1.05, unit="ms")
    shapes += [dot(*at(place, time), COLOURS[0], radius=2) for place, time in enumerate(times)]
    size = max(20, len(times) // 20)
    blocks = [(start, times[start : start + size]) for start in range(0, len(times) - size + 1, size)]
    if len(blocks) > 1:
        shapes.append(
            path([at(start + size / 2, percentile(part, 95)) for start, part in blocks], COLOURS[1])
        )
    x, y = at(0, TARGET_MS)
    shapes += [
        stroke(x, y, WIDTH - 20, y, INK, dashed=True),
        words(WIDTH - 24, y - 4, "target", anchor="end"),
    ]
    return drawing("Time of each message in the order asked, and p95 along the way", 300, shapes)


def cache_timeline(analysis: Analysis) -> str:
    """Draw the hit rate so far after each message, and each message's outcome."""
    answered = analysis.results.answered()
    hits, points = 0, []
    shapes, at = _frame(len(answered), 1.0, unit="")
    for place, one in enumerate(answered):
        hits += one.is_hit
        points.append(at(place, hits / (place + 1)))
    for place, one in thinned(list(enumerate(answered))):
        colour = COLOURS[2] if one.is_hit else GRID
        shapes.append(
            box(at(place, 0)[0] - 1, 262, 2, 8, colour, says=f"{one.scenario}: {one.cache or 'none'}")
        )
    shapes.append(path(thinned(points), COLOURS[2]))
    return drawing("Cache hit rate so far; green marks are hits", 300, shapes)


def memory(readings: Sequence[Reading]) -> str:
    """Draw every process's resident memory over time."""
    by_process: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        by_process[reading.process].append(reading)
    end = max(one.seconds for one in readings)
    shapes, at = _frame(end, max(one.rss_mb for one in readings) * 1.05, unit="MB")
    for place, (name, found) in enumerate(sorted(by_process.items())):
        colour = COLOURS[place % len(COLOURS)]
        shapes.append(path([at(one.seconds, one.rss_mb) for one in thinned(found)], colour))
        shapes.append(words(70 + place % 5 * 160, 290 + place // 5 * 16, f"— {name}", colour=colour))
    rows = (len(by_process) - 1) // 5 + 1
    return drawing(f"Resident memory of every process over {end:,.0f} s", 284 + rows * 16, shapes)


def thinned(items: Sequence[T]) -> Sequence[T]:
    """Keep so many, evenly chosen, that an eye misses nothing; the last is always among them."""
    if len(items) <= _MOST_MARKS:
        return items
    step = (len(items) - 1) / (_MOST_MARKS - 1)
    return [items[round(place * step)] for place in range(_MOST_MARKS)]


class _Scale:
    """Turns data into places on the paper."""

    def __init__(self, most_x: float, most_y: float) -> None:
        self._most_x, self._most_y = max(most_x, 1.0), most_y or 1.0

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        return 70 + (WIDTH - 90) * x / self._most_x, 260 - 210 * y / self._most_y


def _frame(most_x: float, most_y: float, *, unit: str) -> tuple[list[str], _Scale]:
    at, shapes = _Scale(most_x, most_y), []
    for quarter in range(5):
        value = most_y * quarter / 4
        _, y = at(0, value)
        shown = f"{value:,.0f} {unit}" if unit else f"{value:.0%}"
        shapes += [stroke(70, y, WIDTH - 20, y), words(64, y + 4, shown, anchor="end", colour=FAINT)]
    return shapes, at
