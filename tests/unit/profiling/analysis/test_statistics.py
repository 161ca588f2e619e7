"""Statistics against numpy and against distributions whose truth is known."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiling.analysis.statistics import (
    bootstrap,
    coefficient_of_variation,
    least_samples,
    percentile,
    quantile,
    trend,
)

_TIMES = st.lists(st.floats(0, 1e6), min_size=1, max_size=200)


@given(_TIMES, st.floats(0, 100))
def test_a_percentile_is_numpys(times: list[float], percent: float) -> None:
    assert percentile(times, percent) == pytest.approx(float(np.percentile(times, percent)), abs=1e-6)


@given(_TIMES, st.floats(0, 100), st.floats(0, 100))
def test_percentiles_never_fall(times: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert percentile(times, low) <= percentile(times, high) + 1e-6


@given(_TIMES)
def test_the_coefficient_of_variation_is_numpys(times: list[float]) -> None:
    mean = float(np.mean(times))

    assert coefficient_of_variation(times) == pytest.approx(
        float(np.std(times)) / mean if mean else 0, abs=1e-6
    )


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


@pytest.mark.parametrize(("percent", "least"), [(50, 3), (95, 20), (99, 100)])
def test_a_percentile_needs_a_sample_beyond_it(percent: float, least: int) -> None:
    assert least_samples(percent) == least
    assert quantile([1.0] * (least - 1), percent).value is None
    assert quantile([1.0] * least, percent).value == 1.0


def test_the_same_samples_always_give_the_same_interval() -> None:
    times = [1.0, 2.0, 4.0, 8.0]

    assert bootstrap(times) == bootstrap(times)


@given(st.lists(st.floats(0, 1000), min_size=2, max_size=40))
def test_an_interval_stays_within_the_samples(times: list[float]) -> None:
    interval = bootstrap(times, rounds=50)

    assert min(times) - 1e-6 <= interval.low <= interval.high <= max(times) + 1e-6


@pytest.mark.parametrize("draw", [
    lambda chance: chance.gauss(100, 15),
    lambda chance: chance.expovariate(1 / 100),
    lambda chance: chance.uniform(0, 200),
])  # fmt: skip
def test_nineteen_of_twenty_intervals_hold_the_true_mean(draw) -> None:  # type: ignore[no-untyped-def]  # a lambda
    chance = random.Random(7)
    intervals = [bootstrap([draw(chance) for _ in range(40)], rounds=300) for _ in range(200)]

    covered = sum(interval.low <= 100 <= interval.high for interval in intervals) / len(intervals)

    # The percentile bootstrap is known to fall a few points short of 95 % with 40 samples.
    assert 0.88 <= covered <= 0.99


@given(st.floats(-100, 100), st.floats(-100, 100), st.integers(8, 40))
def test_a_straight_line_is_found(start: float, slope: float, n: int) -> None:
    line = trend([(float(x), start + slope * x) for x in range(n)])

    assert line is not None
    assert line.slope == pytest.approx(slope, abs=1e-6)


def test_a_trend_is_numpys() -> None:
    chance = random.Random(1)
    points = [(float(x), 3 * x + chance.gauss(0, 20)) for x in range(50)]

    line = trend(points)

    xs, ys = (np.array(column) for column in zip(*points, strict=True))
    assert line is not None
    assert line.slope == pytest.approx(float(np.polyfit(xs, ys, 1)[0]))
    assert line.correlation == pytest.approx(float(np.corrcoef(xs, ys)[0, 1]))


def test_noise_seldom_stands_out() -> None:
    chance = random.Random(3)
    lines = [trend([(float(x), chance.gauss(100, 10)) for x in range(20)]) for _ in range(300)]

    assert sum(line is not None and line.stands_out for line in lines) / 300 < 0.10


def test_one_place_makes_no_line() -> None:
    assert trend([(1.0, 1.0), (1.0, 2.0), (1.0, 3.0)]) is None
    assert trend([(1.0, 1.0), (2.0, 2.0)]) is None
