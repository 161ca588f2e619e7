"""A first message may get the answer to another one that means the same, if a rule says so."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from redis import Redis

from conversations.cache.fingerprint import ScopeKind, okr_tag
from conversations.cache.lookup import Answered
from conversations.cache.policy import Policy
from conversations.cache.response import ResponseCache
from conversations.cache.verdict import CacheStatus
from conversations.errors import NotCachedError
from conversations.llm.scripted import ScriptedClaude
from conversations.values import Role, Turn
from tests.integration.conversations.cache.conftest import (
    ORGANIZATION,
    SESSION,
    Ears,
    a_cache,
    a_question,
    a_store,
    always,
    somebody,
)

SAID, IN_OTHER_WORDS = "I want to reduce churn by 5%", "We'd like to reduce our churn by 5 percent, please."


@pytest.fixture
def cache(cache_server: Redis) -> ResponseCache:
    """A response cache under a rule that shares answers with other words."""
    return a_cache(policy_for=always(Policy(similar=True)))


def _ask(cache: ResponseCache, claude: ScriptedClaude, message: str, **options: object) -> Answered:
    question = a_question(message, **options)  # type: ignore[arg-type]  # handed through
    answered = cache.ask(
        cache.look_up(question), Ears(), lambda listener: claude.answer(question.request, listener)
    )
    cache.keep(answered)
    return answered


def test_other_words_for_the_same_are_a_hit_that_says_so(
    cache: ResponseCache, claude: ScriptedClaude
) -> None:
    claude.will_say("By when?")
    _ask(cache, claude, SAID)

    found = _ask(cache, claude, IN_OTHER_WORDS, session=somebody())

    assert found.completion.answer.reply == "By when?"
    assert found.verdict.status == CacheStatus.HIT
    assert "means the same" in found.verdict.reason
    assert found.verdict.similarity is not None
    assert 0.5 <= found.verdict.similarity <= 1
    assert found.verdict.as_json()["like"] == str(SESSION)


@pytest.mark.parametrize(
    "other",
    [
        "I want to reduce churn by 15%",
        "I don't want to reduce churn by 5%",
        "I want to reduce churn at Acme by 5%",
        "I want to increase churn by 5%",
        "Did churn fall by 5%?",
    ],
)
def test_a_number_a_negation_or_a_name_that_differs_is_no_hit(
    other: str, cache: ResponseCache, claude: ScriptedClaude
) -> None:
    claude.always_says("By when?")
    _ask(cache, claude, SAID)

    assert _ask(cache, claude, other).verdict.status == CacheStatus.MISS


def test_without_a_rule_it_is_off(cache_server: Redis, claude: ScriptedClaude) -> None:
    claude.always_says("By when?")
    _ask(a_cache(), claude, SAID)

    assert _ask(a_cache(), claude, IN_OTHER_WORDS).verdict.status == CacheStatus.MISS
    assert not list(cache_server.scan_iter("okr:cache:near:*"))


def test_only_the_first_message_of_a_session_counts(cache: ResponseCache, claude: ScriptedClaude) -> None:
    history = (Turn(Role.USER, "Hello."), Turn(Role.ASSISTANT, "What is it about?"))
    claude.always_says("By when?")
    _ask(cache, claude, SAID, history=history)

    assert _ask(cache, claude, IN_OTHER_WORDS, history=history).verdict.status == CacheStatus.MISS


@pytest.mark.parametrize(
    "changes",
    [
        {"organization": UUID(int=9)},
        {"model": "claude-opus-5-5"},
        {"max_tokens": 4096},
    ],
    ids=str,
)
def test_everything_but_the_words_must_be_the_same(
    changes: dict[str, object], cache: ResponseCache, claude: ScriptedClaude
) -> None:
    claude.always_says("By when?")
    _ask(cache, claude, SAID)

    assert _ask(cache, claude, IN_OTHER_WORDS, **changes).verdict.status == CacheStatus.MISS


def test_users_who_do_not_share_do_not_share_in_other_words(
    cache_server: Redis, claude: ScriptedClaude
) -> None:
    policy = Policy(scope=ScopeKind.USER, similar=True)
    cache = a_cache(policy_for=always(policy))
    claude.always_says("By when?")
    _ask(cache, claude, SAID)

    assert _ask(cache, claude, IN_OTHER_WORDS, user=somebody()).verdict.status == CacheStatus.MISS
    assert _ask(cache, claude, IN_OTHER_WORDS).verdict.status == CacheStatus.HIT


def test_what_was_invalidated_is_no_hit_in_any_words(cache: ResponseCache, claude: ScriptedClaude) -> None:
    claude.always_says("By when?")
    _ask(cache, claude, SAID)
    a_store().bump([okr_tag(ORGANIZATION)])

    assert _ask(cache, claude, IN_OTHER_WORDS).verdict.status == CacheStatus.MISS


def test_a_demand_for_a_fresh_answer_is_kept(cache: ResponseCache, claude: ScriptedClaude) -> None:
    claude.always_says("By when?")
    _ask(cache, claude, SAID)

    assert _ask(cache, claude, IN_OTHER_WORDS, control="no-cache").verdict.status == CacheStatus.BYPASS
    assert _ask(cache, claude, IN_OTHER_WORDS, control="no-store").verdict.status == CacheStatus.BYPASS


def test_only_if_cached_is_content_with_other_words(cache: ResponseCache, claude: ScriptedClaude) -> None:
    claude.will_say("By when?")
    with pytest.raises(NotCachedError):
        cache.look_up(a_question(IN_OTHER_WORDS, control="only-if-cached"))
    _ask(cache, claude, SAID)

    assert cache.look_up(a_question(IN_OTHER_WORDS, control="only-if-cached")).found is not None


def test_the_very_same_words_are_an_ordinary_hit(cache: ResponseCache, claude: ScriptedClaude) -> None:
    claude.will_say("By when?")
    _ask(cache, claude, SAID)

    assert _ask(cache, claude, SAID).verdict.similarity is None


def test_a_hit_is_not_passed_on_as_an_answer_to_be_found(
    cache: ResponseCache, claude: ScriptedClaude, cache_server: Redis
) -> None:
    claude.will_say("By when?")
    _ask(cache, claude, SAID)
    _ask(cache, claude, IN_OTHER_WORDS)

    assert cache_server.hlen("okr:cache:kin") == 1
    assert cache_server.hget("okr:cache:stats", "hits:similar") == b"1"
    assert cache_server.hget("okr:cache:stats", "hits") == b"1"


def test_who_leaves_the_cache_leaves_nothing_to_be_found_by(
    cache_server: Redis, claude: ScriptedClaude
) -> None:
    store = a_store(max_entries=2)
    cache = a_cache(store, policy_for=always(Policy(similar=True)))
    claude.always_says("By when?")
    names = [_ask(cache, claude, f"We want to hire {count} people").lookup.name for count in (5, 6, 7)]
    store.drop(names[2])

    found = set(map(_text, cache_server.hkeys("okr:cache:kin")))
    keys = cache_server.scan_iter("okr:cache:near:*")
    near = {_text(name) for key in keys for name in cache_server.hkeys(key)}
    assert found == near == {names[1]}


def test_what_can_be_found_expires_with_the_answers(cache_server: Redis, claude: ScriptedClaude) -> None:
    policy = replace(Policy(similar=True), ttl=timedelta(minutes=5))
    claude.always_says("By when?")
    _ask(a_cache(policy_for=always(policy)), claude, SAID)

    (near,) = cache_server.scan_iter("okr:cache:near:*")
    assert 0 < cache_server.pttl(near) <= 300_000


def _text(name: str | bytes) -> str:
    return name if isinstance(name, str) else name.decode()
