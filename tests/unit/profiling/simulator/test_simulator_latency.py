"""The simulator's latency profiles."""

import statistics

from hypothesis import given
from hypothesis import strategies as st

from profiling.simulator.latency import PROFILES, Timing, timing_of


def _totals(profile: str, count: int = 4_000) -> list[float]:
    timings = (timing_of(PROFILES[profile], seed=1, request_hash=f"{n:x}", sequence=0) for n in range(count))
    return sorted(timing.total * 1000 for timing in timings)


def test_the_seed_profile_has_the_seeds_percentiles() -> None:
    totals = _totals("seed")

    assert abs(statistics.median(totals) - 4_596) < 40
    assert abs(totals[int(len(totals) * 0.95)] - 5_492) < 60


def test_the_fast_profile_is_a_hundred_times_faster() -> None:
    assert abs(statistics.median(_totals("fast")) - 45.96) < 0.5


def test_the_instant_profile_does_not_wait() -> None:
    assert timing_of(PROFILES["instant"], seed=1, request_hash="a", sequence=0) == Timing(0.0, 0.0)


def test_the_same_call_takes_the_same_time_and_the_next_one_another() -> None:
    first, again, later, other = (
        timing_of(PROFILES["seed"], seed=seed, request_hash="a", sequence=sequence)
        for seed, sequence in ((1, 0), (1, 0), (1, 1), (2, 0))
    )

    assert first == again
    assert len({first, later, other}) == 3


def test_a_slowed_answer_is_slower_from_its_first_token_on() -> None:
    assert Timing(1.0, 5.0).slowed(3) == Timing(3.0, 15.0)


@given(count=st.integers(1, 60), total=st.floats(0.01, 10), share=st.floats(0.05, 0.9))
def test_the_writes_are_in_order_and_end_with_the_answer(count: int, total: float, share: float) -> None:
    timing = Timing(total * share, total)

    moments = timing.moments(count)

    assert len(moments) == count
    assert moments == sorted(moments)
    assert abs(moments[-1] - total) < 1e-9
