"""Another model stands in for one that cannot answer."""

import time
from datetime import timedelta

import pytest

from conversations.errors import (
    ConversationError,
    ModelUnavailableError,
    OverloadedError,
    RateLimitedError,
    RefusedError,
)
from conversations.llm.client import ModelRequest
from conversations.llm.fallback import first_able
from conversations.llm.route import Route
from conversations.llm.scripted import ScriptedClaude
from conversations.values import Prompt, PromptSection


class Ears:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def on_text(self, text: str) -> None:
        self.heard.append(text)

    def check(self) -> None:
        pass


def request() -> ModelRequest:
    prompt = Prompt(system=(), history=(), turn=(PromptSection("m", "Hello"),), version="1")
    return ModelRequest(prompt, "first", 10, time.monotonic() + 5, timedelta(seconds=1))


@pytest.mark.parametrize("error", [OverloadedError(), RateLimitedError(), ModelUnavailableError()])
def test_the_next_model_answers_when_one_is_overloaded_or_away(error: ConversationError) -> None:
    claude = ScriptedClaude()
    claude.will_fail(error, times=2)
    claude.will_say("Here I am.")

    completion = first_able(claude, request(), ("second", "third"), Ears())

    assert completion.model == "third"
    assert [one.model for one in claude.requests] == ["first", "second", "third"]


def test_the_last_models_error_is_the_answer_when_none_can() -> None:
    claude = ScriptedClaude()
    claude.will_fail(OverloadedError(), times=1)
    claude.will_fail(RateLimitedError(), times=1)

    with pytest.raises(RateLimitedError):
        first_able(claude, request(), ("second",), Ears())


def test_a_refusal_is_not_taken_to_another_model() -> None:
    claude = ScriptedClaude()
    claude.will_fail(RefusedError())

    with pytest.raises(RefusedError):
        first_able(claude, request(), ("second",), Ears())


def test_a_model_that_fails_after_its_first_words_is_not_replaced() -> None:
    claude, ears = ScriptedClaude(), Ears()
    claude.will_say("Half a ", OverloadedError())

    with pytest.raises(OverloadedError):
        first_able(claude, request(), ("second",), ears)

    assert ears.heard == ["Half a "]


def test_the_stored_route_names_the_models_that_failed() -> None:
    route = Route(rule="r", model="first", max_tokens=10, fallbacks=("second", "third"))

    assert route.as_json(answered_by="third-20260101")["failed"] == ["first", "second"]
    assert route.as_json(answered_by="first")["failed"] == []
