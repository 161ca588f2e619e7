"""Read a results file, and say precisely what is wrong with it."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from profiling.analysis.results import Reading, Reported, Results, Sample, Scenario, Timed
from profiling.errors import ResultsError


@dataclass(frozen=True, slots=True)
class _Place:
    """A JSON object and where it stands in the file."""

    path: str
    members: Mapping[str, Any]

    def number(self, name: str) -> float:
        value = self.optional(name)
        if value is None:
            raise ResultsError(self._at(name), "a number is missing")
        return value

    def optional(self, name: str) -> float | None:
        value = self.members.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ResultsError(self._at(name), f"a number is needed, not {value!r}")
        return float(value)

    def duration(self, name: str) -> float:
        value = self.number(name)
        if value < 0:
            raise ResultsError(self._at(name), f"a time cannot be {value:g}")
        return value

    def count(self, name: str) -> int:
        value = self.number(name)
        if value < 0 or value != int(value):
            raise ResultsError(self._at(name), f"a count cannot be {value:g}")
        return int(value)

    def text(self, name: str) -> str:
        value = self.members.get(name)
        if not isinstance(value, str):
            raise ResultsError(self._at(name), "a text is missing")
        return value

    def each(self, name: str) -> Iterable["_Place"]:
        value = self.members.get(name, [])
        if not isinstance(value, list):
            raise ResultsError(self._at(name), "a list is needed")
        return (_place(f"{self._at(name)}/{number}", one) for number, one in enumerate(value))

    def within(self, name: str) -> "_Place":
        return _place(self._at(name), self.members.get(name, {}))

    def _at(self, name: str) -> str:
        return f"{self.path}/{name}"


def read_results(text: str) -> Results:
    """Parse a results file of either shape; raises ResultsError with the place of the first fault."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ResultsError(
            f"line {error.lineno}, column {error.colno}", f"not complete JSON ({error.msg})"
        ) from error
    root = _place("", document)
    if "scenarios" not in root.members:
        raise ResultsError("/scenarios", "missing: this is no profiling result")
    scenarios = tuple(_scenario(place) for place in root.each("scenarios"))
    if not sum(scenario.messages for scenario in scenarios):
        raise ResultsError("/scenarios", "no message was answered, so there is nothing to analyse")
    stats = root.within("profilerStats")
    return Results(
        timestamp=root.text("timestamp"),
        scenarios=scenarios,
        reported={name: _reported(stats.within(name)) for name in stats.members},
        samples=tuple(_sample(place) for place in root.each("samples")),
        memory=tuple(_reading(place) for place in root.each("memory")),
        environment={name: str(value) for name, value in root.within("environment").members.items()},
        complete=bool(root.members.get("complete", True)),
    )


def _place(path: str, value: object) -> _Place:
    if not isinstance(value, dict):
        raise ResultsError(path or "/", "an object is needed")
    return _Place(path, value)


def _scenario(place: _Place) -> Scenario:
    scenario = Scenario(
        name=place.text("scenario"),
        messages=place.count("messageCount"),
        total_ms=place.duration("totalTime"),
        operations=tuple(
            Timed(one.text("name"), one.count("count"), one.duration("totalTime"))
            for one in place.each("topOperations")
        ),
        memory_mb=place.optional("memoryDelta"),
    )
    if scenario.total_ms and not scenario.messages:
        raise ResultsError(f"{place.path}/messageCount", "time was spent on no message")
    return scenario


def _reported(place: _Place) -> Reported:
    return Reported(
        count=place.count("count"),
        total_ms=place.duration("totalDuration"),
        p50_ms=place.optional("p50"),
        p95_ms=place.optional("p95"),
        p99_ms=place.optional("p99"),
        max_ms=place.optional("max"),
        memory_mb=place.optional("avgMemoryDelta"),
    )


def _sample(place: _Place) -> Sample:
    steps = place.within("steps")
    return Sample(
        scenario=place.text("scenario"),
        repeat=place.count("repeat"),
        index=place.count("index"),
        status=place.text("status"),
        total_ms=place.optional("total_ms"),
        wall_ms=place.optional("wall_ms"),
        queued_ms=place.optional("queued_ms"),
        first_token_ms=place.optional("first_token_ms"),
        steps={name: steps.duration(name) for name in steps.members},
        cache=place.text("cache"),
        input_tokens=place.count("input_tokens"),
        output_tokens=place.count("output_tokens"),
        cost_usd=place.number("cost_usd"),
        error=place.text("error"),
    )


def _reading(place: _Place) -> Reading:
    return Reading(place.number("seconds"), place.text("process"), place.number("rss_mb"))
