"""What is too old stands in for a model that fails: by rule only, marked, never once invalidated."""

from datetime import timedelta

import pytest
from redis import Redis

from conversations.cache.fingerprint import ScopeKind, okr_tag
from conversations.cache.lookup import Answered
from conversations.cache.policy import Policy
from conversations.cache.response import ResponseCache
from conversations.cache.verdict import CacheStatus
from conversations.errors import ModelError, OverloadedError, RefusedError
from conversations.llm.scripted import ScriptedClaude
from tests.integration.conversations.cache.conftest import (
    ORGANIZATION,
    Ears,
    a_cache,
    a_question,
    a_store,
    always,
)

STALE_FOR = timedelta(minutes=30)


class Clock:
    """A clock that a test turns, in milliseconds."""

    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now

    def turn(self, by: timedelta) -> None:
        self.now += round(by.total_seconds() * 1000)


@pytest.fixture
def clock(cache_server: Redis, claude: ScriptedClaude) -> Clock:
    """A clock, half an hour and a bit after an answer was stored."""
    clock = Clock()
    claude.will_say("Once true.")
    _ask(_cache(clock), claude)
    clock.turn(timedelta(minutes=31))
    return clock


def _cache(clock: Clock, *, stale_for: timedelta = STALE_FOR) -> ResponseCache:
    policy = Policy(ScopeKind.ORGANIZATION, stale_for=stale_for)
    return a_cache(a_store(clock=clock), policy_for=always(policy))


def _ask(cache: ResponseCache, claude: ScriptedClaude, ears: Ears | None = None) -> Answered:
    question = a_question()
    answered = cache.ask(
        cache.look_up(question), ears or Ears(), lambda listener: claude.answer(question.request, listener)
    )
    cache.keep(answered)
    return answered


def test_it_stands_in_and_is_marked(clock: Clock, claude: ScriptedClaude, cache_server: Redis) -> None:
    claude.will_say("Half", OverloadedError())
    ears = Ears()

    answered = _ask(_cache(clock), claude, ears)

    assert answered.verdict.status == CacheStatus.STALE
    assert answered.verdict.age_seconds == 31 * 60
    assert (ears.text, ears.starts) == ("Once true.", 2)
    assert cache_server.hget("okr:cache:stats", "stale") == b"1"


def test_a_model_that_answers_is_always_preferred(clock: Clock, claude: ScriptedClaude) -> None:
    claude.will_say("True now.")

    assert _ask(_cache(clock), claude).completion.answer.reply == "True now."


@pytest.mark.parametrize(
    ("error", "stale_for"), [(OverloadedError(), timedelta(0)), (RefusedError(), STALE_FOR)]
)
def test_without_a_rule_or_after_a_refusal_it_is_not_given(
    clock: Clock, claude: ScriptedClaude, error: ModelError, stale_for: timedelta
) -> None:
    claude.will_fail(error)

    with pytest.raises(type(error)):
        _ask(_cache(clock, stale_for=stale_for), claude)


def test_what_was_invalidated_is_never_given(clock: Clock, claude: ScriptedClaude) -> None:
    a_store().bump([okr_tag(ORGANIZATION)])
    claude.will_fail(OverloadedError())

    with pytest.raises(OverloadedError):
        _ask(_cache(clock), claude)


def test_an_entry_goes_when_its_time_of_grace_is_over(
    clock: Clock, claude: ScriptedClaude, cache_server: Redis
) -> None:
    claude.will_fail(OverloadedError())
    (key,) = cache_server.scan_iter("okr:cache:entry:*")

    assert 59 * 60_000 < cache_server.pttl(key) <= 60 * 60_000
