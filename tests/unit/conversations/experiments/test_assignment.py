"""Who sees which variant."""

from collections import Counter
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from conversations.experiments.assignment import choose_variant

WEIGHTS = st.lists(st.integers(0, 100), min_size=1, max_size=5).map(
    lambda cuts: [b - a for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 100], strict=True)]
)


def sessions(count: int) -> list[UUID]:
    """Give the same random-looking sessions every time."""
    return [UUID(int=index * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128) for index in range(1, count + 1)]


@given(st.uuids(), st.text(), WEIGHTS)
def test_a_session_sees_the_same_variant_for_ever(session: UUID, salt: str, weights: list[int]) -> None:
    first = choose_variant(session, salt=salt, weights=weights)

    assert choose_variant(session, salt=salt, weights=weights) == first
    assert weights[first] > 0


@pytest.mark.parametrize("weights", [(50, 50), (90, 10), (34, 33, 33), (1, 99)])
def test_sessions_are_dealt_out_by_weight(weights: tuple[int, ...]) -> None:
    counts = Counter(choose_variant(one, salt="retention", weights=weights) for one in sessions(20_000))

    expected = [weight * 200 for weight in weights]
    assert chisquare([counts[index] for index in range(len(weights))], expected).pvalue > 0.001


def test_two_experiments_deal_independently() -> None:
    pairs = Counter(
        (choose_variant(one, salt="a", weights=(50, 50)), choose_variant(one, salt="b", weights=(50, 50)))
        for one in sessions(20_000)
    )

    assert chisquare(list(pairs.values())).pvalue > 0.001


@pytest.mark.parametrize("weights", [(50, 40), (60, 60), (), (150, -50)])
def test_weights_that_do_not_make_up_a_hundred_are_refused(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="do not make up a hundred"):
        choose_variant(uuid4(), salt="a", weights=weights)
