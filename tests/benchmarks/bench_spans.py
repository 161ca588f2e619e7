"""What one span costs: bare, with limits and metrics, with memory, and switched off."""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.test import override_settings  # noqa: E402

from profiling.memory import MemoryMeter  # noqa: E402
from profiling.spans import Profile  # noqa: E402
from profiling.watching import watched_profile  # noqa: E402

SPANS = 2_000
ROUNDS = 7
LIMIT_US = 20.0


def microseconds(profile: Profile) -> float:
    """Time spans of one profile; the least of the rounds, for the machine is shared."""

    def once() -> float:
        began = time.perf_counter()
        for _ in range(SPANS):
            with profile.span("step_1_load_session"):
                pass
        return (time.perf_counter() - began) / SPANS * 1e6

    return min(once() for _ in range(ROUNDS))


def shared() -> float:
    """Time spans beside another job, so without memory, as in a busy worker."""
    meter = MemoryMeter()
    with meter.job(), watched_profile(meter=meter) as profile:
        return microseconds(profile)


def alone() -> float:
    """Time spans of the only job of the process, memory included."""
    with watched_profile(meter=MemoryMeter()) as profile:
        return microseconds(profile)


def off() -> float:
    """Time spans with profiling switched off."""
    with override_settings(PROFILING_ENABLED=False), watched_profile() as profile:
        return microseconds(profile)


def main() -> int:
    """Print a table; fail above the limit."""
    kinds: dict[str, Callable[[], float]] = {
        "bare": lambda: microseconds(Profile()),
        "watched, beside other jobs": shared,
        "watched, alone, with memory": alone,
        "off": off,
    }
    found = {name: round(statistics.median(kind() for _ in range(3)), 2) for name, kind in kinds.items()}
    for name, cost in found.items():
        print(f"{name:<30} {cost:6.2f} µs per span (limit {LIMIT_US:g})")
    target = Path("var/bench/spans.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"microseconds_per_span": found, "limit": LIMIT_US}, indent=1) + "\n")
    return int(max(found.values()) > LIMIT_US)


if __name__ == "__main__":
    raise SystemExit(main())
