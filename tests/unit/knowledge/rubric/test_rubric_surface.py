"""What others build on: the JSON shape, the version, the reframings, the closed sets."""

import json
from dataclasses import FrozenInstanceError

import pytest

from knowledge.rubric import (
    RUBRIC_VERSION,
    Finding,
    FindingCode,
    Level,
    Severity,
    as_json,
    assess_objective,
    assess_okr,
    reframings_for,
)
from knowledge.rubric.advice import ADVICE, finding
from knowledge.rubric.reframing import BY_CODE, TECHNIQUES
from knowledge.rubric.values import level_of
from knowledge.rubric.weights import KEY_RESULT_WEIGHTS, OBJECTIVE_WEIGHTS, SET_WEIGHTS


def made(code: FindingCode) -> Finding:
    return finding(code, Severity.HIGH, span=None, confidence=1.0)


def test_the_json_has_the_shape_of_the_contract() -> None:
    answer = as_json(assess_okr("Launch the website", ["Hold 5 meetings", "Reduce churn from 5% to 3%"]))

    parsed = json.loads(json.dumps(answer))

    assert set(parsed) == {"objective", "key_results", "set"}
    assert set(parsed["objective"]) == {"score", "level", "dimensions", "findings"}
    assert set(parsed["objective"]["dimensions"]["outcome"]) == {"score", "weight", "evidence"}
    assert parsed["objective"]["findings"][0]["code"] == "output_as_objective"
    assert {"code", "severity", "message", "span", "suggestion", "question", "confidence"} == set(
        parsed["key_results"][0]["findings"][0]
    )
    assert set(parsed["set"]["dimensions"]) == set(SET_WEIGHTS)


def test_what_was_not_given_is_null() -> None:
    answer = as_json(assess_okr(None, []))

    assert answer == {"objective": None, "key_results": [], "set": None}


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (100, Level.EXCELLENT),
        (90, Level.EXCELLENT),
        (89.9, Level.GOOD),
        (75, Level.GOOD),
        (60, Level.ACCEPTABLE),
        (59.9, Level.NEEDS_WORK),
        (40, Level.NEEDS_WORK),
        (39.9, Level.POOR),
        (0, Level.POOR),
    ],
)
def test_levels_begin_at_their_floors(score: float, level: Level) -> None:
    assert level_of(score) is level


def test_weights_add_up_to_one() -> None:
    for weights in (OBJECTIVE_WEIGHTS, KEY_RESULT_WEIGHTS, SET_WEIGHTS):
        assert sum(weights.values()) == pytest.approx(1)


def test_every_code_has_advice_and_a_technique() -> None:
    assert set(ADVICE) == set(FindingCode)
    assert set(BY_CODE) == set(FindingCode)
    assert {name for names in BY_CODE.values() for name in names} == set(TECHNIQUES)


def test_reframings_come_once_each_in_the_order_of_the_findings() -> None:
    chosen = reframings_for([made(FindingCode.OUTPUT_AS_OBJECTIVE), made(FindingCode.ACTIVITY_FOCUSED)])

    assert [item.technique for item in chosen] == ["five_whys", "outcome_transformation"]
    assert all(item.questions and item.why for item in chosen)


def test_no_findings_need_no_reframing() -> None:
    assert reframings_for([]) == ()


def test_the_version_is_short_and_stable() -> None:
    assert len(RUBRIC_VERSION) == 12
    assert int(RUBRIC_VERSION, 16) >= 0


def test_an_assessment_cannot_be_changed() -> None:
    assessment = assess_objective("Delight our guests")

    with pytest.raises(FrozenInstanceError):
        assessment.score = 100.0  # type: ignore[misc]  # The point of the test.
