"""Ask, be answered from the cache or by the model, and keep what may be kept."""

from typing import cast

import pytest
from redis import Redis

from conversations.cache.fingerprint import ScopeKind, okr_tag, user_tag
from conversations.cache.lookup import Answered, Question
from conversations.cache.policy import Policy
from conversations.cache.response import ResponseCache
from conversations.cache.store import Stored
from conversations.cache.verdict import CacheStatus
from conversations.errors import IncompleteAnswerError, NotCachedError, OverloadedError, RefusedError
from conversations.llm.scripted import ScriptedClaude
from conversations.values import Role, Turn, Usage
from tests.integration.conversations.cache.conftest import (
    ORGANIZATION,
    USER,
    Ears,
    a_cache,
    a_question,
    a_store,
    always,
    somebody,
)


def _ask(
    cache: ResponseCache, question: Question, claude: ScriptedClaude, ears: Ears | None = None
) -> Answered:
    answered = cache.ask(
        cache.look_up(question), ears or Ears(), lambda listener: claude.answer(question.request, listener)
    )
    cache.keep(answered)
    return answered


def test_the_same_question_is_answered_from_the_cache(cache: ResponseCache, claude: ScriptedClaude) -> None:
    claude.will_say("What would ", "change?", objective="Keep customers", usage=Usage(100, 20))
    first = _ask(cache, a_question(), claude)
    ears = Ears()

    second = _ask(a_cache(), a_question(session=somebody()), claude, ears)

    assert (first.verdict.status, second.verdict.status) == (CacheStatus.MISS, CacheStatus.HIT)
    assert second.completion.answer == first.completion.answer
    assert ears.text == "What would change?"
    assert second.verdict.age_seconds is not None


def test_a_hit_spends_no_token_and_says_how_many_it_served(
    cache: ResponseCache, claude: ScriptedClaude, cache_server: Redis
) -> None:
    claude.will_say("Yes.", usage=Usage(100, 20, 3, 4))
    _ask(cache, a_question(), claude)

    hit = _ask(cache, a_question(), claude)

    assert hit.completion.usage == Usage()
    assert hit.verdict.tokens_served == 127
    assert cache_server.hgetall("okr:cache:stats")[b"tokens_saved"] == b"127"


@pytest.mark.parametrize("said", ["We  lose\n customers. ", " We lose customers.", "We lose customers."])
def test_white_space_does_not_make_another_question(
    cache: ResponseCache, claude: ScriptedClaude, said: str
) -> None:
    claude.will_say("Yes.")
    _ask(cache, a_question("We lose customers."), claude)

    assert _ask(cache, a_question(said), claude).verdict.status == CacheStatus.HIT


def test_two_organizations_never_share(cache: ResponseCache, claude: ScriptedClaude) -> None:
    claude.will_say("For one.")
    claude.will_say("For the other.")
    _ask(cache, a_question(organization=somebody()), claude)

    other = _ask(cache, a_question(organization=somebody()), claude)

    assert other.completion.answer.reply == "For the other."


def test_two_users_do_not_share_where_the_rule_says_so(cache_server: Redis, claude: ScriptedClaude) -> None:
    cache = a_cache(policy_for=always(Policy(ScopeKind.USER)))
    claude.will_say("For one.")
    claude.will_say("For the other.")
    _ask(cache, a_question(user=somebody()), claude)

    other = _ask(cache, a_question(user=somebody()), claude)

    assert other.completion.answer.reply == "For the other."


@pytest.mark.parametrize(
    "error", [OverloadedError(), RefusedError(), IncompleteAnswerError(), RuntimeError("x")]
)
def test_an_error_is_never_stored(cache: ResponseCache, claude: ScriptedClaude, error: Exception) -> None:
    def fails(listener: object) -> object:
        raise error

    with pytest.raises(type(error)):
        cache.ask(cache.look_up(a_question()), Ears(), fails)  # type: ignore[arg-type]  # it answers nothing
    claude.will_say("Now.")

    assert _ask(cache, a_question(), claude).verdict.status == CacheStatus.MISS


def test_the_answer_of_a_fallback_is_not_stored_as_the_primarys(
    cache: ResponseCache, claude: ScriptedClaude
) -> None:
    claude.always_says("From the small one.")
    question = a_question()
    fallback = a_question(model="claude-haiku-5-5")
    answered = cache.ask(
        cache.look_up(question), Ears(), lambda listener: claude.answer(fallback.request, listener)
    )

    assert cache.keep(answered) is None
    assert _ask(cache, a_question(), claude).verdict.status == CacheStatus.MISS


def test_an_answer_from_before_a_change_is_delivered_and_never_stored(
    cache: ResponseCache, claude: ScriptedClaude
) -> None:
    claude.will_say("From old data.")
    question = a_question()
    answered = cache.ask(cache.look_up(question), Ears(), lambda ears: claude.answer(question.request, ears))
    a_store().bump([okr_tag(ORGANIZATION)])

    assert answered.completion.answer.reply == "From old data."
    assert cache.keep(answered) == Stored("invalidated", 0)


@pytest.mark.parametrize(
    "tag", [okr_tag(ORGANIZATION), user_tag(USER), "prompt:v1", "library", "model:claude-sonnet-5-5"]
)
def test_a_change_makes_it_a_miss_that_names_what_changed(
    cache: ResponseCache, claude: ScriptedClaude, tag: str
) -> None:
    claude.always_says("Yes.")
    _ask(cache, a_question(), claude)
    a_store().bump([tag])

    again = _ask(cache, a_question(), claude)

    assert again.verdict.status == CacheStatus.MISS
    assert tag in again.verdict.reason


def test_another_sessions_change_leaves_a_shared_answer_alone(
    cache: ResponseCache, claude: ScriptedClaude
) -> None:
    claude.will_say("Yes.")
    session = somebody()
    _ask(cache, a_question(session=session), claude)
    a_store().bump([f"session:{session}"])

    assert _ask(cache, a_question(), claude).verdict.status == CacheStatus.HIT


def test_a_flushed_server_costs_only_a_call(
    cache: ResponseCache, claude: ScriptedClaude, cache_server: Redis
) -> None:
    claude.always_says("Yes.")
    _ask(cache, a_question(), claude)
    cache_server.flushdb()

    assert _ask(cache, a_question(), claude).verdict.status == CacheStatus.MISS
    assert _ask(cache, a_question(), claude).verdict.status == CacheStatus.HIT


def test_a_flush_in_the_middle_of_a_call_stores_nothing_old(
    cache: ResponseCache, claude: ScriptedClaude, cache_server: Redis
) -> None:
    claude.will_say("From old data.")
    question = a_question()
    answered = cache.ask(cache.look_up(question), Ears(), lambda ears: claude.answer(question.request, ears))
    cache_server.flushdb()
    a_store().bump([okr_tag(ORGANIZATION)])
    cache.look_up(a_question("Another."))

    assert cache.keep(answered) == Stored("invalidated", 0)


def test_no_cache_asks_again_and_stores_the_new_answer(cache: ResponseCache, claude: ScriptedClaude) -> None:
    claude.will_say("Old.")
    claude.will_say("New.")
    _ask(cache, a_question(), claude)

    fresh = _ask(cache, a_question(control="no-cache"), claude)

    assert fresh.verdict.status == CacheStatus.BYPASS
    assert _ask(cache, a_question(), claude).completion.answer.reply == "New."


def test_no_store_neither_takes_nor_leaves(cache: ResponseCache, claude: ScriptedClaude) -> None:
    claude.will_say("One.")
    claude.will_say("Two.")
    _ask(cache, a_question(control="no-store"), claude)

    second = _ask(cache, a_question(control="no-store"), claude)

    assert (second.verdict.status, second.completion.answer.reply) == (CacheStatus.BYPASS, "Two.")


def test_only_if_cached_never_asks_the_model(cache: ResponseCache, claude: ScriptedClaude) -> None:
    with pytest.raises(NotCachedError):
        cache.look_up(a_question(control="only-if-cached"))
    claude.will_say("Yes.")
    _ask(cache, a_question(), claude)

    assert _ask(cache, a_question(control="only-if-cached"), claude).verdict.status == CacheStatus.HIT


@pytest.mark.parametrize(
    "changed",
    [
        {"max_tokens": 100},
        {"model": "claude-opus-5-5"},
        {"effort": "high"},
        {"history": (Turn(Role.USER, "Hello."), Turn(Role.ASSISTANT, "Hello."))},
    ],
)
def test_whatever_changes_the_request_changes_the_question(
    cache: ResponseCache, claude: ScriptedClaude, changed: dict[str, object]
) -> None:
    claude.always_says("Yes.")
    _ask(cache, a_question(), claude)

    assert _ask(cache, a_question(**changed), claude).verdict.status == CacheStatus.MISS  # type: ignore[arg-type]  # a change of any kind


def test_the_counters_tell_what_happened(
    cache: ResponseCache, claude: ScriptedClaude, cache_server: Redis
) -> None:
    claude.always_says("Yes.")
    _ask(cache, a_question(), claude)
    _ask(cache, a_question(), claude)
    _ask(cache, a_question(control="no-cache"), claude)

    stored = cast("dict[bytes, bytes]", cache_server.hgetall("okr:cache:stats"))
    counted = {key.decode(): int(value) for key, value in stored.items()}

    assert (counted["hits"], counted["misses"], counted["bypass"], counted["entries"]) == (1, 1, 1, 1)
    assert counted["misses:absent"] == 1
