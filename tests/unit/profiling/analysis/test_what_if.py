"""Hit rates, prompts and streaming, by the right arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiling.analysis.what_if import Costs, costs_of
from tests.unit.profiling.analysis.profiles import older, run, sample


def _costs(miss_ms: float, hit_ms: float) -> Costs:
    return Costs(miss_ms, miss_ms - hit_ms, hit_ms, True, None, None, None, None)


@given(st.floats(100, 1e5), st.floats(0, 99), st.floats(0, 1), st.floats(0, 1))
def test_more_hits_never_cost_more(miss: float, hit: float, one: float, other: float) -> None:
    costs, (few, many) = _costs(miss, hit), sorted((one, other))

    assert costs.average_at(many) <= costs.average_at(few) + 1e-6
    assert hit - 1e-6 <= costs.average_at(many) <= miss + 1e-6


@given(st.floats(100, 1e5), st.floats(0, 99), st.floats(100, 1e5))
def test_the_needed_hit_rate_meets_the_target_exactly(miss: float, hit: float, target: float) -> None:
    costs = _costs(miss, hit)

    rate = costs.hit_rate_for(target)

    assert rate is not None
    assert costs.average_at(rate) == pytest.approx(min(miss, target))


def test_no_hit_rate_meets_a_target_below_a_hit() -> None:
    assert _costs(1000, 50).hit_rate_for(40) is None


def test_the_first_system_needs_57_percent_for_two_seconds() -> None:
    costs = costs_of(older())

    assert not costs.hit_is_measured
    assert costs.hit_rate_for(2000) == pytest.approx(0.5714, abs=0.0001)
    assert costs.average_at(0.6) == pytest.approx(1866.8, abs=0.1)


def test_hits_are_measured_where_there_are_any() -> None:
    costs = costs_of(run([sample(0), sample(1, cache="hit")]))

    assert (costs.miss_ms, costs.claude_ms, costs.hit_ms) == (1005, 1000, 5)
    assert costs.hit_is_measured
    assert costs.first_token_ms == 300


def test_a_shorter_prompt_helps_as_much_as_was_measured() -> None:
    samples = [sample(n, input_tokens=1000 + n * 100, claude_ms=500 + n * 50 + n % 2) for n in range(20)]

    costs = costs_of(run(samples))

    assert costs.input_tokens == 1950
    assert costs.measured_by_prompt(0.1) == pytest.approx(0.5 * 195, rel=0.01)


def test_without_an_effect_a_shorter_prompt_promises_nothing() -> None:
    costs = costs_of(older())

    assert costs.measured_by_prompt(0.1) is None
    assert costs.most_by_prompt(0.1) == pytest.approx(costs.claude_ms * 0.1)
