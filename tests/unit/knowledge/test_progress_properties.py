"""Progress stays in range and never falls while the value nears its target, whatever the numbers."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from knowledge.choices import Direction, Kind
from knowledge.progress import Measure, Share, objective_progress, progress_of

numbers = st.decimals(min_value=-(10**15), max_value=10**15, places=6, allow_nan=False)
bands = st.decimals(min_value=0, max_value=10**6, places=6)
measures = st.builds(
    Measure,
    current=st.none() | numbers,
    target=st.none() | numbers,
    baseline=st.none() | numbers,
    kind=st.sampled_from(Kind.values),
    direction=st.sampled_from(Direction.values),
    band=st.none() | bands,
)


@given(measures)
def test_it_is_unknown_or_between_0_and_100(measure: Measure) -> None:
    progress = progress_of(measure)

    assert progress is None or 0.0 <= progress <= 100.0


@given(measures)
def test_it_is_never_known_before_a_check_in(measure: Measure) -> None:
    unseen = Measure(None, measure.target, measure.baseline, measure.kind, measure.direction, measure.band)

    assert progress_of(unseen) is None


@given(
    baseline=numbers,
    target=numbers,
    first=numbers,
    second=numbers,
    kind=st.sampled_from(Kind.values),
)
def test_it_is_monotone_in_the_current_value(
    baseline: Decimal, target: Decimal, first: Decimal, second: Decimal, kind: str
) -> None:
    direction = Direction.INCREASE if target >= baseline else Direction.DECREASE
    worse, better = sorted((first, second), reverse=direction == Direction.DECREASE)

    at_worse = progress_of(Measure(worse, target, baseline, kind, direction))
    at_better = progress_of(Measure(better, target, baseline, kind, direction))

    assert at_worse is not None
    assert at_better is not None
    assert at_worse <= at_better


@given(baseline=st.none() | numbers, target=numbers, first=numbers, second=numbers, band=bands)
def test_a_maintained_value_is_monotone_in_its_distance(
    baseline: Decimal | None, target: Decimal, first: Decimal, second: Decimal, band: Decimal
) -> None:
    near, far = sorted((first, second), key=lambda value: abs(value - target))

    at_near = progress_of(Measure(near, target, baseline, direction=Direction.MAINTAIN, band=band))
    at_far = progress_of(Measure(far, target, baseline, direction=Direction.MAINTAIN, band=band))

    assert at_near is not None
    assert at_far is not None
    assert at_far <= at_near


shares = st.builds(
    Share,
    progress=st.none() | st.floats(min_value=0, max_value=100),
    weight=st.none() | st.decimals(min_value=0, max_value=10**5, places=3),
)


@given(st.lists(shares, max_size=8))
def test_an_objective_lies_between_its_results(parts: list[Share]) -> None:
    progress = objective_progress(parts)
    known = [one.progress for one in parts if one.progress is not None]

    if progress is not None:
        assert min(known) - 1e-9 <= progress <= max(known) + 1e-9
