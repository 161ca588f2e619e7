"""Profiles as the settings want them."""

from datetime import timedelta

import pytest
from django.test import override_settings
from prometheus_client import REGISTRY

from profiling.analysis.results import CLAUDE, TOTAL
from profiling.memory import MemoryMeter
from profiling.watching import watched_profile

_AT_ONCE = timedelta(microseconds=1)
_NEVER = timedelta(hours=1)


def _count(name: str, step: str) -> float:
    return REGISTRY.get_sample_value(name, {"step": step}) or 0.0


def test_a_span_is_counted_for_prometheus() -> None:
    before = _count("okr_step_seconds_count", "counted")

    with watched_profile(meter=MemoryMeter(lambda: 100)) as profile, profile.span("counted"):
        pass

    assert _count("okr_step_seconds_count", "counted") == before + 1
    assert _count("okr_step_memory_delta_bytes", "counted") == 0


@override_settings(PROFILING_SLOW=_AT_ONCE, PROFILING_SLOW_CLAUDE=_NEVER)
def test_a_slow_step_is_counted_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    before = _count("okr_slow_steps_total", "slow")

    with watched_profile() as profile, profile.span(TOTAL), profile.span("slow"), profile.span(CLAUDE):
        sum(range(1000))

    assert _count("okr_slow_steps_total", "slow") == before + 1
    assert [(one.message, one.__dict__["step"], one.__dict__["parent"]) for one in caplog.records] == [
        ("A step was slow.", "slow", TOTAL)
    ]


@override_settings(PROFILING_ENABLED=False)
def test_switched_off_it_keeps_and_counts_nothing() -> None:
    heard: list[str] = []
    with watched_profile(lambda name, _: heard.append(name)) as profile, profile.span("unseen"):
        pass

    assert profile.ended_ms() == {}
    assert _count("okr_step_seconds_count", "unseen") == 0
    assert heard == ["unseen"]
