"""A call asks for leave before it is made, and tells how it went."""

import time
from datetime import timedelta

import pytest

from conversations.errors import (
    BreakerOpenError,
    CancelledError,
    ConversationError,
    InvalidAnswerError,
    ModelTimeoutError,
    OverloadedError,
    RateLimitedError,
    RefusedError,
    RequestRejectedError,
    StalledError,
)
from conversations.guard.claude import GuardedClaude
from conversations.guard.scripted import ScriptedGuard
from conversations.guard.values import Outcome
from conversations.llm.client import ModelRequest
from conversations.llm.scripted import ScriptedClaude
from conversations.values import Prompt, PromptSection, Usage

PATIENCE = timedelta(seconds=60)


class Nobody:
    """Hears the answer and lets it go on."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def on_text(self, text: str) -> None:
        self.heard.append(text)

    def check(self) -> None:
        pass


def a_request(*, seconds: float = 60, is_retry: bool = False) -> ModelRequest:
    return ModelRequest(
        prompt=Prompt(
            system=(PromptSection("instructions", "x" * 400),),
            history=(),
            turn=(PromptSection("message", "y" * 40),),
            version="v",
        ),
        model="claude-sonnet-5-5",
        max_tokens=100,
        deadline=time.monotonic() + seconds,
        idle_timeout=timedelta(seconds=15),
        is_retry=is_retry,
    )


@pytest.fixture
def claude() -> ScriptedClaude:
    return ScriptedClaude()


@pytest.fixture
def guard() -> ScriptedGuard:
    return ScriptedGuard()


def test_an_answer_passes_and_its_tokens_are_told(claude: ScriptedClaude, guard: ScriptedGuard) -> None:
    usage = Usage(
        input_tokens=70, output_tokens=9, cache_creation_input_tokens=5, cache_read_input_tokens=900
    )
    claude.will_say("Hello ", "there.", usage=usage)
    listener = Nobody()

    completion = GuardedClaude(claude, guard, patience=PATIENCE).answer(a_request(is_retry=True), listener)

    assert completion.answer.reply == "Hello there."
    assert listener.heard == ["Hello ", "there."]
    assert (guard.asks[0].input_tokens, guard.asks[0].is_retry) == (114, True)
    assert (guard.results[0].outcome, guard.results[0].input_tokens) == (Outcome.ANSWERED, 75)
    assert guard.results[0].output_tokens == 9


def test_without_leave_no_call_is_made(claude: ScriptedClaude, guard: ScriptedGuard) -> None:
    guard.will_hold_back(BreakerOpenError(retry_after=3.0))

    with pytest.raises(BreakerOpenError):
        GuardedClaude(claude, guard, patience=PATIENCE).answer(a_request(), Nobody())

    assert claude.requests == []
    assert guard.results == []


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (OverloadedError(), Outcome.OVERLOADED),
        (ModelTimeoutError(), Outcome.TIMED_OUT),
        (StalledError(), Outcome.TIMED_OUT),
        (InvalidAnswerError(), Outcome.ANSWERED),
        (RefusedError(), Outcome.ANSWERED),
        (RequestRejectedError(), Outcome.ANSWERED),
        (RateLimitedError(), Outcome.NOTHING),
        (CancelledError(), Outcome.NOTHING),
    ],
)
def test_each_error_says_what_it_tells_of_the_provider(
    claude: ScriptedClaude, guard: ScriptedGuard, error: ConversationError, outcome: Outcome
) -> None:
    claude.will_fail(error)

    with pytest.raises(type(error)):
        GuardedClaude(claude, guard, patience=PATIENCE).answer(a_request(), Nobody())

    assert [one.outcome for one in guard.results] == [outcome]


def test_a_rate_limit_tells_how_long_to_wait(claude: ScriptedClaude, guard: ScriptedGuard) -> None:
    claude.will_fail(RateLimitedError(retry_after=7.0))

    with pytest.raises(RateLimitedError):
        GuardedClaude(claude, guard, patience=PATIENCE).answer(a_request(), Nobody())

    assert guard.results[0].is_limited
    assert guard.results[0].retry_after == timedelta(seconds=7)


def test_who_had_little_time_may_not_open_the_breaker(claude: ScriptedClaude, guard: ScriptedGuard) -> None:
    claude.will_fail(ModelTimeoutError())

    with pytest.raises(ModelTimeoutError):
        GuardedClaude(claude, guard, patience=PATIENCE).answer(a_request(seconds=2), Nobody())

    assert guard.results[0].outcome is Outcome.NOTHING
