"""Effects, intervals, p-values, and the numbers of sessions they need."""

import random

import pytest

from conversations.experiments.comparing import Rate, compare_means, compare_rates, compare_skewed, holm
from conversations.experiments.peeking import always_valid
from conversations.experiments.power import (
    power_for_mean,
    power_for_rate,
    sessions_for_mean,
    sessions_for_rate,
)

# Student's sleep data, as every textbook compares them (R's `t.test(extra ~ group, sleep)`).
DRUG_1 = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
DRUG_2 = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)


def test_means_are_compared_as_the_textbook_does() -> None:
    found = compare_means(DRUG_1, DRUG_2, alpha=0.05)

    assert found is not None
    assert found.effect == pytest.approx(1.58)
    assert found.p == pytest.approx(0.07939, abs=1e-5)
    assert (found.low, found.high) == pytest.approx((-0.2054832, 3.3654832), abs=1e-6)


def test_rates_have_newcombes_interval() -> None:
    # Newcombe (1998), table II, example (a): 56/70 against 48/80.
    found = compare_rates(Rate(48, 80), Rate(56, 70), alpha=0.05)

    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert found.method == "chi-square"


def test_small_counts_are_compared_exactly() -> None:
    found = compare_rates(Rate(1, 10), Rate(8, 10), alpha=0.05)

    assert found is not None
    assert found.method == "Fisher’s exact"
    assert found.p == pytest.approx(0.005477, abs=1e-6)


def test_a_shift_of_a_long_tail_is_found_within_its_interval() -> None:
    chance = random.Random(3)
    control = [chance.lognormvariate(7, 0.6) for _ in range(300)]

    found = compare_skewed(control, [one + 250 for one in control], alpha=0.05)

    assert found is not None
    assert found.effect == pytest.approx(250, rel=0.15)
    assert found.low < 250 < found.high
    assert found.p < 0.001


@pytest.mark.parametrize("compare", [compare_means, compare_skewed])
@pytest.mark.parametrize(("control", "variant"), [((), ()), ((1.0,), (2.0, 3.0)), ((5.0,) * 9, (5.0,) * 9)])
def test_what_cannot_be_compared_gives_no_comparison(
    compare: object, control: tuple[float, ...], variant: tuple[float, ...]
) -> None:
    assert callable(compare)
    assert compare(control, variant, alpha=0.05) is None


def test_no_sessions_give_no_comparison_of_rates() -> None:
    assert compare_rates(Rate(0, 0), Rate(1, 2), alpha=0.05) is None


def test_looking_at_several_metrics_costs_each_of_them() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm([]) == ()
    assert holm([0.9, 0.8]) == (1.0, 1.0)


def test_the_calculator_asks_for_as_many_as_the_tables_say() -> None:
    # Cohen (1988), table 2.4.1: d = 0.5, 80 %, two-sided 5 % need 64 of each; d = 0.2 need 394 (393 there,
    # by his approximation).
    assert sessions_for_mean(effect=0.5, spread=1, alpha=0.05, power=0.8) == 64
    assert sessions_for_mean(effect=0.2, spread=1, alpha=0.05, power=0.8) == 394
    assert sessions_for_rate(base=0.4, effect=0.1, alpha=0.05, power=0.8) == 388


@pytest.mark.parametrize("effect", [0.3, -0.3])
def test_one_session_fewer_would_not_be_enough(effect: float) -> None:
    n = sessions_for_mean(effect=effect, spread=1, alpha=0.05, power=0.9)
    k = sessions_for_rate(base=0.5, effect=effect, alpha=0.05, power=0.9)

    assert power_for_mean(n - 1, effect=effect, spread=1, alpha=0.05) < 0.9
    assert power_for_mean(n, effect=effect, spread=1, alpha=0.05) >= 0.9
    assert power_for_rate(k - 1, base=0.5, effect=effect, alpha=0.05) < 0.9
    assert power_for_rate(k, base=0.5, effect=effect, alpha=0.05) >= 0.9


def test_power_stays_a_chance_far_from_zero() -> None:
    for sessions in (10, 1_000, 1_000_000):
        assert 0.99 < power_for_mean(sessions, effect=30, spread=1, alpha=0.05) <= 1


@pytest.mark.parametrize(("base", "effect"), [(0.4, 0.0), (0.9, 0.2), (-0.1, 0.2)])
def test_an_impossible_rate_is_refused(base: float, effect: float) -> None:
    with pytest.raises(ValueError, match="rate before and after"):
        sessions_for_rate(base=base, effect=effect, alpha=0.05, power=0.8)


def test_an_effect_too_small_for_anybody_is_refused() -> None:
    with pytest.raises(ValueError, match="No number of sessions"):
        sessions_for_mean(effect=1e-6, spread=1, alpha=0.05, power=0.8)


def test_the_interval_for_peeking_is_wider_and_agrees_with_its_p_value() -> None:
    for effect in (-4.0, -2.5, 0.0, 1.0, 2.7, 2.8, 4.0, 400.0):
        found = always_valid(effect=effect, error=1.0, tau=2.0, alpha=0.05)

        assert found.high - found.low > 2 * 1.96
        assert (found.p <= 0.05) is not (found.low <= 0 <= found.high)
