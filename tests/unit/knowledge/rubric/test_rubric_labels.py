"""The rubric keeps the marks it has reached on the labelled texts."""

import pytest

from knowledge.rubric import TextAssessment
from tests.benchmarks.bench_rubric import PARTS, Label, assess, figures, is_hard, labels, recalls

Judged = tuple[tuple[Label, TextAssessment], ...]


@pytest.fixture(scope="module")
def judged() -> Judged:
    return tuple((label, assess(label)) for label in labels())


def slice_of(judged: Judged, part: str, kind: str) -> Judged:
    return tuple(
        (label, assessment)
        for label, assessment in judged
        if label.good is not None and label.part == part and label.kind == kind
    )


@pytest.mark.parametrize("part", PARTS)
def test_objectives_stay_above_their_mark(judged: Judged, part: str) -> None:
    measured = figures(slice_of(judged, part, "objective"))

    assert measured.accuracy >= 0.88
    assert measured.wrong_flags <= 0.08


@pytest.mark.parametrize("part", PARTS)
def test_key_results_stay_above_their_mark(judged: Judged, part: str) -> None:
    measured = figures(slice_of(judged, part, "key_result"))

    assert measured.accuracy >= 0.95
    assert measured.wrong_flags <= 0.08


@pytest.mark.parametrize("part", PARTS)
def test_hard_key_results_stay_above_their_mark(judged: Judged, part: str) -> None:
    measured = figures(p for p in slice_of(judged, part, "key_result") if is_hard(p[0]))

    assert measured.accuracy >= 0.90


def test_every_finding_is_found_four_times_in_five(judged: Judged) -> None:
    missed = {code: hits for code, hits in recalls(judged).items() if hits[0] < 0.8 * hits[1]}

    assert not missed


def test_whatever_fails_is_told_why(judged: Judged) -> None:
    silent = [label.text for label, assessment in judged if assessment.score < 60 and not assessment.findings]

    assert not silent


def test_the_labels_are_many_and_various() -> None:
    texts = labels()

    assert len({(label.kind, label.text) for label in texts}) == len(texts) >= 2000
    assert len({label.industry for label in texts}) >= 10
