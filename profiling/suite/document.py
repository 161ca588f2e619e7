"""The results file: the first system's shape, and what it lacked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from statistics import fmean

from profiling.analysis.results import TOTAL, Sample
from profiling.analysis.statistics import least_samples, percentile
from profiling.suite.runner import Held, Measured

Json = dict[str, object]


def document_of(measured: Measured, environment: Mapping[str, str], *, at: datetime, complete: bool) -> Json:
    """Give the whole file."""
    samples = [one for one in measured.samples if one.is_answered]
    times = _times(samples)
    return {
        "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "complete": complete,
        "scenarios": [_scenario(name, held) for name, held in _by_name(measured.held).items()],
        "profilerStats": {name: _stats(found) for name, found in times.items()},
        "profilerOverhead": {"activeOperations": 0, "totalEntries": sum(map(len, times.values()))},
        "cache": _cache(samples),
        "environment": dict(environment),
        "failures": [
            {"scenario": one.scenario, "repeat": one.repeat, "index": one.index,
             "status": one.status, "error": one.error}
            for one in measured.samples if not one.is_answered
        ],
        "samples": [asdict(one) for one in measured.samples],
        "memory": [asdict(one) for one in measured.memory],
    }  # fmt: skip


def _by_name(held: Sequence[Held]) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = {}
    for one in held:
        found.setdefault(one.script, []).append(one)
    return found


def _times(samples: Sequence[Sample]) -> dict[str, list[float]]:
    """Give every answered message's time by operation, the whole first."""
    found: dict[str, list[float]] = {TOTAL: []}
    for one in samples:
        found[TOTAL].append(one.total_ms or 0.0)
        for name, took in one.steps.items():
            found.setdefault(name, []).append(took)
    return {name: times for name, times in found.items() if times}


def _scenario(name: str, held: Sequence[Held]) -> Json:
    samples = [sample for one in held for sample in one.samples if sample.is_answered]
    operations: list[Json] = [
        {"name": operation, "totalTime": sum(times), "count": len(times), "avg": fmean(times)}
        for operation, times in _times(samples).items()
    ]
    operations.sort(key=lambda one: -_number(one["totalTime"]))
    slowest = sorted(operations, key=lambda one: -_number(one["avg"]))
    total = sum(one.total_ms or 0.0 for one in samples)
    deltas = [one.memory_mb for one in held]
    return {
        "scenario": name,
        "totalTime": total,
        "messageCount": len(samples),
        "avgTimePerMessage": total / len(samples) if samples else None,
        "topOperations": operations,
        "slowestOperations": [{key: one[key] for key in ("name", "avg", "count")} for one in slowest],
        "memoryDelta": None if None in deltas else sum(delta or 0.0 for delta in deltas),
    }


def _number(value: object) -> float:
    assert isinstance(value, (int, float))
    return float(value)


def _stats(times: Sequence[float]) -> Json:
    """Give the distribution of all samples; a percentile they are too few for is null, and named."""
    wanted = {"p50": 50, "p95": 95, "p99": 99}
    few = [name for name, percent in wanted.items() if len(times) < least_samples(percent)]
    return {
        "count": len(times),
        "n": len(times),
        "avg": fmean(times),
        "min": min(times),
        "max": max(times),
        **{name: None if name in few else percentile(times, percent) for name, percent in wanted.items()},
        "tooFew": few,
        "totalDuration": sum(times),
        "avgMemoryDelta": None,
    }


def _cache(samples: Sequence[Sample]) -> Json:
    counted = Counter(one.cache or "none" for one in samples)
    asked = sum(counted[name] for name in ("hit", "stale", "miss", "coalesced"))
    served = counted["hit"] + counted["stale"]
    return {
        "hits": served,
        "misses": counted["miss"],
        "bypassed": counted["bypass"],
        "coalesced": counted["coalesced"],
        "hit_rate": served / asked if asked else None,
    }
