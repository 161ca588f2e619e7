"""What the rubric makes of numbers."""

import pytest

from knowledge.rubric.effects import pairs
from knowledge.rubric.quantities import Kind, quantities_of
from knowledge.rubric.reading import read
from knowledge.rubric.shape import shape_of


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Reduce churn from 5% to 3%", [Kind.PERCENT, Kind.PERCENT]),
        ("Grow ARR to $5M", [Kind.MONEY]),
        ("Save 2,5 Mio. € a year", [Kind.MONEY]),
        ("Reach ₹40 crore in sales", [Kind.MONEY]),
        ("Answer within 2 hours", [Kind.DURATION]),
        ("Launch in 6 months", [Kind.FRAME]),
        ("Launch in 2026", [Kind.DATE]),
        ("Launch on 15 May 2026", [Kind.DATE, Kind.DATE]),
        ("Launch by 30/06/2026", [Kind.DATE, Kind.DATE, Kind.DATE]),
        ("Pass ISO 27001", [Kind.NAME]),
        ("Pass SOC 2", [Kind.NAME]),
        ("Return on ad spend of 4:1", [Kind.RATIO, Kind.COUNT]),
        ("Grow 3x", [Kind.MULTIPLE]),
        ("Double our reach", [Kind.MULTIPLE]),
        ("Rank in the top 3", [Kind.RANK]),
        ("Post 3 times a week", [Kind.FREQUENCY]),
        ("Zero incidents", [Kind.COUNT]),
        ("From X to Y", [Kind.PLACEHOLDER, Kind.PLACEHOLDER]),
        ("Release version 3", [Kind.NAME]),
        ("Ship v2.1", []),
    ],
)
def test_it_tells_what_a_number_stands_for(text: str, kinds: list[Kind]) -> None:
    found = [item.kind for item in quantities_of(read(text))]

    assert found == kinds


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$3.2M", 3_200_000),
        ("12,000 users", 12_000),
        ("1,8 %", 1.8),
        ("10k", 10_000),
        ("1.234.567", 1_234_567),
    ],
)
def test_it_reads_the_value_in_any_notation(text: str, value: float) -> None:
    assert quantities_of(read(text))[0].value == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "baseline", "target"),
    [
        ("Reduce churn from 5% to 3%", 5, 3),
        ("Churn 5% → 3%", 5, 3),
        ("Conversion: 12 -> 18", 12, 18),
        ("Loan approvals take 1 day instead of 6", None, None),
        ("Raise it to 80 from 60", 60, 80),
    ],
)
def test_it_finds_the_baseline_and_the_target(
    text: str, baseline: float | None, target: float | None
) -> None:
    found = pairs(shape_of(text))

    if baseline is None:
        assert found == ()
    else:
        assert (found[0][0].value, found[0][1].value) == (baseline, target)
