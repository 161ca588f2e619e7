"""What holds for any text at all."""

import random
import string
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.rubric import Context, TextAssessment, assess_key_result, assess_objective, assess_okr

if TYPE_CHECKING:
    from _typeshed import TraceFunction

VOCABULARY = (
    "launch increase from to 5% 3 the our customers meetings NPS $5M → — “quotes” don't 2026 by Q3 weekly "
    "and , ; zero all 1:1 24/7 v2 X% become best-in-class improve things churn 10k ISO 27001 of 1,000,000 "
    ". € ₹ 三 ñandú"
)
WORDS = st.sampled_from(VOCABULARY.split())
SENTENCES = st.lists(WORDS, max_size=40).map(" ".join)
TEXTS = st.one_of(st.text(max_size=300), SENTENCES, st.text(string.printable, max_size=300))


def check(assessment: TextAssessment) -> None:
    assert 0 <= assessment.score <= 100
    assert sum(part.weight for part in assessment.dimensions) == pytest.approx(1)
    assert assessment.score == pytest.approx(sum(p.score * p.weight for p in assessment.dimensions), abs=0.06)
    for part in assessment.dimensions:
        assert 0 <= part.score <= 100
        assert part.evidence
    for item in assessment.findings:
        if item.span is not None:
            start, end = item.span
            assert 0 <= start < end <= len(assessment.text)


@given(TEXTS)
@settings(max_examples=250, deadline=None)
def test_any_objective_gets_a_score_in_range(text: str) -> None:
    check(assess_objective(text))


@given(TEXTS)
@settings(max_examples=250, deadline=None)
def test_any_key_result_gets_a_score_in_range(text: str) -> None:
    check(assess_key_result(text))


@given(TEXTS, st.lists(TEXTS, max_size=7))
@settings(max_examples=80, deadline=None)
def test_any_set_gets_a_score_in_range(objective: str, key_results: list[str]) -> None:
    whole = assess_okr(objective, key_results, Context(team_size=3, scope="team", timeframe="Q1")).set

    if whole is not None:
        assert 0 <= whole.score <= 100
        assert sum(part.weight for part in whole.dimensions) == pytest.approx(1)


@given(TEXTS)
@settings(max_examples=80, deadline=None)
def test_the_same_text_always_gets_the_same_verdict(text: str) -> None:
    assert assess_key_result(text) == assess_key_result(text)
    assert assess_objective(text) == assess_objective(text)


def test_ten_thousand_random_texts_stay_in_range() -> None:
    chance = random.Random(7)
    words = [*VOCABULARY.split(), "\x00", "\u202e", "%%%", "((", "…", "٣", "½", "²", "ﬁve", "İ", "ß"]

    for _ in range(10_000):
        text = " ".join(chance.choices(words, k=chance.randint(0, 12)))
        assert 0 <= assess_key_result(text).score <= 100
        assert 0 <= assess_objective(text).score <= 100


@pytest.mark.parametrize(
    "text",
    [
        "1," * 2500,
        "9" * 5000,
        "a-" * 2500,
        "and " * 1250,
        "from 1 to " * 500,
        "'" * 5000,
        "%" * 5000,
        "launch " * 714,
        "net promoter " * 384,
        "x’s " * 1250,
        " " * 5000,
        "\u0301" * 5000,
        "1.2.3.4." * 625,
        "5% of " * 833,
    ],
)
def test_hostile_texts_are_read_in_linear_time(text: str) -> None:
    """Doubling a text may at most about double the lines run; lines are counted because clocks lie."""
    half, whole = lines_run(text[:2500]), lines_run(text)

    assert whole < 2.6 * half


def lines_run(text: str) -> int:
    """Count the lines of Python that two assessments of a text run."""
    lines = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> "TraceFunction":
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        assess_key_result(text)
        assess_objective(text)
    finally:
        sys.settrace(before)
    return lines
