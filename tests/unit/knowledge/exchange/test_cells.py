"""Cells are harmless outside, and the same again inside."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.exchange.cells import (
    Cell,
    day_of,
    harmless,
    moment_of,
    number_of,
    plain_number,
    restored,
)

ISO = ("%Y-%m-%d",)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", '=HYPERLINK("http://x")']
)
def test_a_text_that_would_run_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Grow", "5 - 3", "'quoted'", "", "a=b"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text
    assert restored(text) == text


@given(st.text())
def test_every_text_comes_back(text: str) -> None:
    assert restored(harmless(text)) == text


@given(st.text())
def test_nothing_harmless_begins_like_a_formula(text: str) -> None:
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("5", "5"),
        ("-5.25", "-5.25"),
        ("1,234,567.5", "1234567.5"),
        (" 40 % ", "40"),
        ("1 000", "1000"),
        (3, "3"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (Decimal("2.5"), "2.5"),
    ],
)
def test_numbers_are_read(cell: Cell, number: str) -> None:
    assert number_of(cell) == Decimal(number)


@pytest.mark.parametrize("cell", ["", None, "  "])
def test_an_empty_cell_is_no_number(cell: Cell) -> None:
    assert number_of(cell) is None


@pytest.mark.parametrize(
    "cell", ["many", "1,2", "NaN", "inf", "1e30", "0.0000001", True, date(2026, 1, 1), "=1+1"]
)
def test_what_is_no_number_is_refused(cell: Cell) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        number_of(cell)


@given(st.decimals(min_value=-(10**17), max_value=10**17, places=6, allow_nan=False))
def test_a_number_survives_being_written(number: Decimal) -> None:
    assert number_of(plain_number(number)) == number


@pytest.mark.parametrize("cell", ["2026-01-31", date(2026, 1, 31), datetime(2026, 1, 31, 9, tzinfo=UTC)])
def test_days_are_read(cell: Cell) -> None:
    assert day_of(cell, ISO) == date(2026, 1, 31)


def test_a_day_is_read_in_the_maps_own_form() -> None:
    assert day_of("01/31/2026", ("%m/%d/%Y",)) == date(2026, 1, 31)


@pytest.mark.parametrize("cell", ["soon", "2026-13-01", "31.01.2026"])
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="day"):
        day_of(cell, ISO)


def test_a_moment_without_a_zone_is_in_utc() -> None:
    assert moment_of("2026-01-31T09:00:00", ISO) == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert moment_of("2026-01-31", ISO) == datetime(2026, 1, 31, tzinfo=UTC)
