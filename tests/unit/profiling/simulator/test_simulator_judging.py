"""The simulator judges two texts by rules."""

import pytest

from profiling.simulator.judging import judgement


def _judged(here: str, there: str) -> dict[str, object]:
    return judgement(f"<here>{here}</here>\n<there>{there}</there>")


def test_courtesies_make_no_difference() -> None:
    said = _judged("I want to improve retention", "We'd like to improve our retention, please")

    assert said == {"same_meaning": True, "difference": ""}


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        ("I want to cut churn by 15%", "The numbers differ."),
        ("I don't want to cut churn by 5%", "One of them says no."),
        ("Please plan the offsite of 5% of us", "They are about different things."),
    ],
)
def test_it_names_what_differs(other: str, difference: str) -> None:
    assert _judged("I want to cut churn by 5%", other) == {"same_meaning": False, "difference": difference}


def test_anything_else_is_not_two_texts() -> None:
    assert judgement("Hello")["same_meaning"] is False
