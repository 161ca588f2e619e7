"""Reading an answer."""

import json
from typing import cast

import pytest

from conversations.errors import InvalidAnswerError
from conversations.llm.answer_schema import ANSWER_SCHEMA, parse_answer
from conversations.values import Draft, Intent, KeyResultDraft

KEY_RESULT: dict[str, object] = {
    "text": "Raise NPS from 20 to 50",
    "kind": "metric",
    "direction": "increase",
    "baseline": 20,
    "target": 50.5,
    "unit": "points",
}
ANSWER: dict[str, object] = {
    "reply": "Good.",
    "objective": "Delight our users",
    "key_results": [KEY_RESULT],
    "user_intent": "approves",
}


def test_it_reads_an_answer_of_the_schema() -> None:
    answer = parse_answer(json.dumps(ANSWER))

    assert answer.reply == "Good."
    assert answer.intent is Intent.APPROVES
    assert answer.draft == Draft(
        "Delight our users",
        (KeyResultDraft("Raise NPS from 20 to 50", "metric", "increase", 20.0, 50.5, "points"),),
    )


def test_it_accepts_that_nothing_is_drafted_yet() -> None:
    answer = parse_answer(json.dumps({**ANSWER, "objective": None, "key_results": []}))

    assert answer.draft == Draft()


def test_a_nul_character_does_not_reach_the_database() -> None:
    assert parse_answer(json.dumps({**ANSWER, "reply": "a\x00b"})).reply == "ab"


@pytest.mark.parametrize(
    "change",
    [
        {"reply": 5},
        {"reply": " \n"},
        {"objective": ["x"]},
        {"key_results": {}},
        {"key_results": ["text"]},
        {"key_results": [{**KEY_RESULT, "kind": "wish"}]},
        {"key_results": [{**KEY_RESULT, "direction": "sideways"}]},
        {"key_results": [{**KEY_RESULT, "baseline": "20"}]},
        {"key_results": [{**KEY_RESULT, "target": True}]},
        {"key_results": [{**KEY_RESULT, "extra": 1}]},
        {"key_results": [{"text": "only"}]},
        {"user_intent": "wonders"},
        {"user_intent": None},
        {"surplus": 1},
    ],
)
def test_it_refuses_what_the_schema_does_not_allow(change: dict[str, object]) -> None:
    with pytest.raises(InvalidAnswerError):
        parse_answer(json.dumps({**ANSWER, **change}))


@pytest.mark.parametrize("text", ["", "null", "[]", "Sure!", '{"reply": "half', '{"reply": "\\ud83d"}'])
def test_it_refuses_what_is_not_an_answer_at_all(text: str) -> None:
    with pytest.raises(InvalidAnswerError):
        parse_answer(text)


def test_the_reply_stands_first_in_the_schema_so_that_it_streams_first() -> None:
    properties = cast("dict[str, object]", ANSWER_SCHEMA["properties"])

    assert next(iter(properties)) == "reply"
    assert set(properties) == set(cast("list[str]", ANSWER_SCHEMA["required"])) == set(ANSWER)
