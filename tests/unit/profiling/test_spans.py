"""Spans: parents, limits, memory, and what is kept."""

import pytest

from profiling.memory import MemoryMeter, resident_bytes
from profiling.spans import Ended, Profile, Watch


def test_a_span_knows_the_one_it_began_in() -> None:
    profile = Profile()

    with profile.span("whole"), profile.span("part"), profile.span("detail"):
        pass

    assert [profile.parent_of(name) for name in ("whole", "part", "detail")] == [None, "whole", "part"]


def test_spans_of_one_name_add_up() -> None:
    heard: list[float] = []
    profile = Profile(on_end=lambda _, ms: heard.append(ms))

    for _ in range(3):
        with profile.span("step"):
            pass

    assert len(heard) == 3
    assert profile.ended_ms()["step"] == pytest.approx(sum(heard), abs=0.001)


def test_a_span_ends_when_something_is_raised() -> None:
    profile = Profile()

    with pytest.raises(KeyError), profile.span("step"):
        raise KeyError

    assert "step" in profile.ended_ms()


def test_a_call_is_measured_and_its_result_given() -> None:
    profile = Profile()

    assert profile.measure("sum", sum, [1, 2]) == 3
    assert list(profile.ended_ms()) == ["sum"]


def test_a_profile_that_keeps_nothing_still_tells() -> None:
    heard: list[str] = []
    profile = Profile(on_end=lambda name, _: heard.append(name), keep=False)

    with profile.span("step"):
        assert profile.running_ms("step") >= 0

    assert heard == ["step"]
    assert profile.ended_ms() == {}


@pytest.mark.parametrize(
    ("name", "ms", "slow"),
    [("any", 999, False), ("any", 1001, True), ("call", 1999, False), ("call", 2001, True)],
)
def test_each_name_has_its_limit(name: str, ms: float, slow: bool) -> None:
    assert Watch(slow_ms=1000, slow_ms_of={"call": 2000}).is_slow(name, ms) is slow


def test_without_limits_nothing_is_slow() -> None:
    assert not Watch().is_slow("any", 1e9)


def _memory_of_spans(watch_memory, during=lambda: None) -> list[int | None]:  # type: ignore[no-untyped-def]  # short
    ended: list[Ended] = []
    profile = Profile(watch=Watch(resident_bytes=watch_memory, on_end=ended.append))
    with profile.span("step"):
        during()
    return [one.memory_bytes for one in ended]


def test_memory_gained_is_told_while_a_job_is_alone() -> None:
    readings = iter([100, 350])

    with MemoryMeter(lambda: next(readings)).job() as resident:
        assert _memory_of_spans(resident) == [250]


def test_memory_is_not_told_beside_another_job() -> None:
    meter = MemoryMeter(lambda: 100)

    with meter.job(), meter.job() as second:
        assert _memory_of_spans(second) == [None]


def test_memory_is_not_told_once_another_job_came_and_went() -> None:
    meter = MemoryMeter(lambda: 100)

    def another() -> None:
        with meter.job():
            pass

    with meter.job() as resident:
        assert _memory_of_spans(resident, another) == [None]


def test_the_next_job_is_alone_again() -> None:
    meter = MemoryMeter(lambda: 100)

    with meter.job(), meter.job():
        pass

    with meter.job() as resident:
        assert resident() == 100


def test_this_process_has_memory() -> None:
    memory = resident_bytes()

    assert memory is None or memory > 1024 * 1024
