"""Leaks are slopes above the noise."""

import random

import pytest

from profiling.analysis.memory import growths
from profiling.analysis.results import Reading


def _readings(*, slope: float = 0.0, step_at: int | None = None, seed: int = 1) -> list[Reading]:
    chance = random.Random(seed)
    return [
        Reading(
            float(n),
            "worker-1",
            100 + slope * n + chance.gauss(0, 0.5) + (5 if step_at and n > step_at else 0),
        )
        for n in range(500)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_steady_growth_is_a_leak(seed: int) -> None:
    (growth,) = growths(_readings(slope=0.01, seed=seed))

    assert growth.leaks
    assert growth.slope is not None
    assert growth.slope.slope == pytest.approx(0.6, abs=0.05)


def test_noise_is_seldom_a_leak() -> None:
    assert sum(growths(_readings(seed=seed))[0].leaks for seed in range(50)) <= 2


def test_a_pool_that_grows_once_is_no_leak() -> None:
    (growth,) = growths(_readings(step_at=200))

    assert not growth.leaks


def test_too_few_readings_decide_nothing() -> None:
    (growth,) = growths(_readings(slope=1)[:5])

    assert not growth.leaks


def test_every_process_is_judged_alone() -> None:
    readings = [*_readings(slope=0.01), *(Reading(float(n), "web", 50.0) for n in range(100))]

    assert {one.process: one.leaks for one in growths(readings)} == {"worker-1": True, "web": False}
