"""Runs to analyse, made up for tests."""

import json
from pathlib import Path
from typing import Any

from profiling.analysis.reading import read_results
from profiling.analysis.results import CLAUDE, TOTAL, Results

OLDER = Path(__file__).parents[3] / "recordings" / "profiling-results-1759529369588.json"


def older() -> Results:
    """The first system's run."""
    return read_results(OLDER.read_text())


def sample(index: int, *, claude_ms: float = 1000.0, rest_ms: float = 5.0, **others: Any) -> dict[str, Any]:
    """One answered message."""
    hit = others.get("cache") == "hit"
    steps = {"step_1_load_session": rest_ms} | ({} if hit else {CLAUDE: claude_ms})
    return {
        "scenario": "One",
        "repeat": 0,
        "index": index,
        "status": "succeeded",
        "total_ms": sum(steps.values()),
        "wall_ms": None,
        "queued_ms": 2.0,
        "first_token_ms": None if hit else 300.0,
        "steps": steps,
        "cache": "miss",
        "input_tokens": 1000,
        "output_tokens": 100,
        "cost_usd": 0.01,
        "error": "",
    } | others


def document(samples: list[dict[str, Any]], **others: Any) -> dict[str, Any]:
    """A results file of these messages."""
    names = list(dict.fromkeys(one["scenario"] for one in samples))
    return {
        "timestamp": "2026-01-01T00:00:00.000Z",
        "scenarios": [_scenario(name, samples) for name in names],
        "samples": samples,
    } | others


def run(samples: list[dict[str, Any]], **others: Any) -> Results:
    """A run of these messages."""
    return read_results(json.dumps(document(samples, **others)))


def _scenario(name: str, samples: list[dict[str, Any]]) -> dict[str, Any]:
    own = [one for one in samples if one["scenario"] == name and one["status"] == "succeeded"]
    operations: dict[str, list[float]] = {TOTAL: [one["total_ms"] for one in own]}
    for one in own:
        for step, took in one["steps"].items():
            operations.setdefault(step, []).append(took)
    return {
        "scenario": name,
        "totalTime": sum(one["total_ms"] for one in own),
        "messageCount": len(own),
        "topOperations": [
            {"name": step, "totalTime": sum(times), "count": len(times)} for step, times in operations.items()
        ],
    }
