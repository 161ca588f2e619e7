"""Progress is right in every trap, and None where it cannot be known."""

from decimal import Decimal

import pytest

from knowledge.choices import Direction, Kind
from knowledge.progress import Measure, Share, colour_of, objective_progress, progress_of


def measure(
    current: str | None,
    target: str | None,
    baseline: str | None = None,
    *,
    kind: Kind = Kind.METRIC,
    direction: Direction = Direction.INCREASE,
    band: str | None = None,
) -> Measure:
    """Build a measure from texts."""

    def number(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    return Measure(
        current=number(current),
        target=number(target),
        baseline=number(baseline),
        kind=kind,
        direction=direction,
        band=number(band),
    )


@pytest.mark.parametrize(
    ("current", "baseline", "target", "expected"),
    [
        ("50", "0", "100", 50.0),
        ("0", "0", "100", 0.0),
        ("150", "0", "100", 100.0),
        ("-10", "0", "100", 0.0),
        ("0.15", "0.1", "0.3", 25.0),
        ("-5", "-10", "0", 50.0),
        ("-2.5", "-10", "5", 50.0),
    ],
)
def test_an_increase_is_the_share_of_the_way(
    current: str, baseline: str, target: str, expected: float
) -> None:
    assert progress_of(measure(current, target, baseline)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("current", "baseline", "target", "expected"),
    [("30", "40", "20", 50.0), ("45", "40", "20", 0.0), ("10", "40", "20", 100.0), ("-3", "-1", "-5", 50.0)],
)
def test_a_decrease_counts_downwards(current: str, baseline: str, target: str, expected: float) -> None:
    result = progress_of(measure(current, target, baseline, direction=Direction.DECREASE))

    assert result == pytest.approx(expected)


def test_never_checked_in_is_not_zero() -> None:
    assert progress_of(measure(None, "100", "0")) is None


def test_an_unknown_baseline_leaves_progress_unknown() -> None:
    assert progress_of(measure("40", "100")) is None


def test_a_target_reached_is_full_even_without_a_baseline() -> None:
    assert progress_of(measure("100", "100")) == 100.0


def test_an_unknown_target_leaves_progress_unknown() -> None:
    assert progress_of(measure("40", None, "0")) is None


def test_a_baseline_at_its_target_is_full_or_nothing() -> None:
    assert progress_of(measure("10", "10", "10")) == 100.0
    assert progress_of(measure("9", "10", "10")) == 0.0
    assert progress_of(measure("9", "10", "10", direction=Direction.DECREASE)) == 100.0


def test_a_maintained_value_at_its_target_is_full() -> None:
    assert progress_of(measure("99.9", "99.9", "99.9", direction=Direction.MAINTAIN)) == 100.0


@pytest.mark.parametrize(
    ("current", "expected"), [("95", 100.0), ("105", 100.0), ("94.9", 0.0), ("106", 0.0), ("0", 0.0)]
)
def test_a_maintained_value_is_judged_by_its_band(current: str, expected: float) -> None:
    result = progress_of(measure(current, "100", "100", direction=Direction.MAINTAIN, band="5"))

    assert result == expected


def test_off_its_target_and_without_a_band_a_maintained_value_is_unknown() -> None:
    assert progress_of(measure("99.95", "99.9", direction=Direction.MAINTAIN)) is None
    assert progress_of(measure("99.95", "99.9", direction=Direction.MAINTAIN, band="0")) == 0.0


def test_a_maintained_value_that_began_outside_is_measured_on_its_way_back() -> None:
    result = progress_of(measure("85", "100", "75", direction=Direction.MAINTAIN, band="5"))

    assert result == pytest.approx(50.0)


def test_a_binary_result_is_done_or_not() -> None:
    assert progress_of(measure("0.5", None, kind=Kind.BINARY)) == 0.0
    assert progress_of(measure("1", None, kind=Kind.BINARY)) == 100.0
    assert progress_of(measure(None, None, kind=Kind.BINARY)) is None


def test_milestones_count_from_nothing() -> None:
    assert progress_of(measure("1", "4", kind=Kind.MILESTONE)) == 25.0


def test_an_objective_is_the_weighted_mean() -> None:
    shares = [Share(100.0, Decimal(3)), Share(0.0, Decimal(1))]

    assert objective_progress(shares) == 75.0


def test_zero_weights_alone_count_alike() -> None:
    assert objective_progress([Share(100.0, Decimal(0)), Share(50.0, Decimal(0))]) == 75.0


def test_a_zero_weight_beside_others_counts_nothing() -> None:
    assert objective_progress([Share(100.0, Decimal(0)), Share(50.0, Decimal(1))]) == 50.0


def test_a_missing_weight_counts_as_one() -> None:
    assert objective_progress([Share(100.0), Share(50.0, Decimal(1))]) == 75.0


def test_results_nobody_checked_in_are_left_out_of_the_mean() -> None:
    assert objective_progress([Share(80.0), Share(None)]) == 80.0


def test_an_objective_of_which_nothing_is_known_has_no_progress() -> None:
    assert objective_progress([]) is None
    assert objective_progress([Share(None), Share(None)]) is None
    assert objective_progress([Share(None, Decimal(1)), Share(60.0, Decimal(0))]) is None


@pytest.mark.parametrize(
    ("score", "colour"),
    [("0", "red"), ("0.39", "red"), ("0.4", "yellow"), ("0.69", "yellow"), ("0.7", "green"), ("1", "green")],
)
def test_a_score_has_a_colour(score: str, colour: str) -> None:
    assert colour_of(Decimal(score)) == colour
