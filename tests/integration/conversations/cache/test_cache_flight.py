"""Many ask the same at once: one asks the model, the others hear it."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from redis import Redis

from conversations.cache import flight
from conversations.cache.fingerprint import PREFIX, okr_tag
from conversations.cache.lookup import Answered
from conversations.cache.response import ResponseCache
from conversations.cache.store import Lead
from conversations.cache.verdict import CacheStatus
from conversations.errors import CancelledError, ModelTimeoutError, OverloadedError
from conversations.llm.scripted import ScriptedClaude
from tests.integration.conversations.cache.conftest import ORGANIZATION, Ears, a_cache, a_question, a_store

ENOUGH_SECONDS = 30


def _ask(cache: ResponseCache, claude: ScriptedClaude, ears: Ears, **options: object) -> Answered:
    question = a_question(**options)  # type: ignore[arg-type]  # handed through
    answered = cache.ask(
        cache.look_up(question), ears, lambda listener: claude.answer(question.request, listener)
    )
    cache.keep(answered)
    return answered


def _together(number: int, ask: Callable[[int], Answered]) -> Sequence[Answered]:
    gate = threading.Barrier(number)

    def one(place: int) -> Answered:
        gate.wait(ENOUGH_SECONDS)
        return ask(place)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number), timeout=ENOUGH_SECONDS))


def test_two_hundred_over_three_processes_make_one_call(cache_server: Redis, claude: ScriptedClaude) -> None:
    # Three caches share nothing but the server, as three processes do.
    caches = [a_cache() for _ in range(3)]
    claude.will_say("What ", "would ", "change?")
    everybody = [Ears() for _ in range(200)]

    answers = _together(200, lambda place: _ask(caches[place % 3], claude, everybody[place]))

    assert len(claude.requests) == 1
    assert {one.completion.answer.reply for one in answers} == {"What would change?"}
    assert {ears.text for ears in everybody} == {"What would change?"}
    assert [one.verdict.status for one in answers].count(CacheStatus.MISS) == 1


def test_a_follower_hears_the_text_while_the_leader_still_writes(
    cache_server: Redis, claude: ScriptedClaude
) -> None:
    heard_some, leader_may_end = threading.Event(), threading.Event()
    claude.will_say("What would ", leader_may_end, "change?")
    follower = Ears(on_hearing=lambda text: heard_some.set())

    with ThreadPoolExecutor(2) as pool:
        leading = pool.submit(_ask, a_cache(), claude, Ears())
        claude.wait_until_asked()
        following = pool.submit(_ask, a_cache(), claude, follower)
        early = heard_some.wait(ENOUGH_SECONDS)
        so_far = follower.text
        leader_may_end.set()
        answers = [leading.result(ENOUGH_SECONDS), following.result(ENOUGH_SECONDS)]

    assert (early, so_far) == (True, "What would ")
    assert follower.text == "What would change?"
    assert [one.verdict.status for one in answers] == [CacheStatus.MISS, CacheStatus.COALESCED]


def test_a_dead_leader_is_replaced_and_its_text_forgotten(
    cache_server: Redis, claude: ScriptedClaude, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flight, "LEASE", timedelta(milliseconds=300))
    cache = a_cache()
    question = a_question()
    dead = cache.look_up(question)
    assert isinstance(dead.ticket, Lead)
    a_store().server.run("progress", [PREFIX, dead.name, dead.ticket.owner, 300, "Half an "])
    claude.will_say("A whole answer.")
    everybody = [Ears() for _ in range(10)]

    answers = _together(10, lambda place: _ask(a_cache(), claude, everybody[place]))

    assert len(claude.requests) == 1
    assert {ears.text for ears in everybody} == {"A whole answer."}
    assert {one.completion.answer.reply for one in answers} == {"A whole answer."}


def test_a_cancelled_leader_cancels_nobody_else(cache_server: Redis, claude: ScriptedClaude) -> None:
    never, leader = threading.Event(), Ears()
    claude.will_say("Half an ", never)
    claude.will_say("A whole answer.")
    follower = Ears()

    with ThreadPoolExecutor(2) as pool:
        leading = pool.submit(_ask, a_cache(), claude, leader)
        claude.wait_until_asked()
        following = pool.submit(_ask, a_cache(), claude, follower)
        leader.stop = CancelledError()
        with pytest.raises(CancelledError):
            leading.result(ENOUGH_SECONDS)
        answered = following.result(ENOUGH_SECONDS)

    assert answered.completion.answer.reply == follower.text == "A whole answer."


def test_a_cancelled_follower_leaves_the_leader_alone(cache_server: Redis, claude: ScriptedClaude) -> None:
    go_on, follower = threading.Event(), Ears()
    claude.will_say("Half an ", go_on, "answer.")
    follower.on_hearing = lambda text: setattr(follower, "stop", CancelledError())

    with ThreadPoolExecutor(2) as pool:
        leading = pool.submit(_ask, a_cache(), claude, Ears())
        claude.wait_until_asked()
        with pytest.raises(CancelledError):
            _ask(a_cache(), claude, follower)
        go_on.set()
        answered = leading.result(ENOUGH_SECONDS)

    assert answered.completion.answer.reply == "Half an answer."


def test_a_follower_has_its_own_deadline(cache_server: Redis, claude: ScriptedClaude) -> None:
    go_on = threading.Event()
    claude.will_say(go_on, "Late.")

    with ThreadPoolExecutor(1) as pool:
        leading = pool.submit(_ask, a_cache(), claude, Ears())
        claude.wait_until_asked()
        with pytest.raises(ModelTimeoutError):
            _ask(a_cache(), claude, Ears(), deadline=time.monotonic())
        go_on.set()
        leading.result(ENOUGH_SECONDS)

    assert len(claude.requests) == 1


def test_what_the_provider_tells_one_it_tells_all(cache_server: Redis, claude: ScriptedClaude) -> None:
    fail = threading.Event()
    claude.will_say(fail, OverloadedError(retry_after=2.0))

    with ThreadPoolExecutor(2) as pool:
        leading = pool.submit(_ask, a_cache(), claude, Ears())
        claude.wait_until_asked()
        following = pool.submit(_ask, a_cache(), claude, Ears())
        _until_followed(cache_server)
        fail.set()
        with pytest.raises(OverloadedError):
            leading.result(ENOUGH_SECONDS)
        with pytest.raises(OverloadedError) as refused:
            following.result(ENOUGH_SECONDS)

    assert refused.value.retry_after == 2.0
    assert len(claude.requests) == 1


def test_nobody_follows_one_who_asked_before_a_change(cache_server: Redis, claude: ScriptedClaude) -> None:
    go_on = threading.Event()
    claude.will_say(go_on, "From old data.")
    claude.will_say("From new data.")

    with ThreadPoolExecutor(1) as pool:
        leading = pool.submit(_ask, a_cache(), claude, Ears())
        claude.wait_until_asked()
        a_store().bump([okr_tag(ORGANIZATION)])
        after = _ask(a_cache(), claude, Ears())
        go_on.set()
        before = leading.result(ENOUGH_SECONDS)

    assert before.completion.answer.reply == "From old data."
    assert after.completion.answer.reply == "From new data."
    assert _ask(a_cache(), claude, Ears()).completion.answer.reply == "From new data."


def test_a_flush_in_the_middle_costs_at_most_a_second_call(
    cache_server: Redis, claude: ScriptedClaude
) -> None:
    go_on = threading.Event()
    claude.will_say(go_on, "One.")
    claude.always_says("One.")

    with ThreadPoolExecutor(2) as pool:
        leading = pool.submit(_ask, a_cache(), claude, Ears())
        claude.wait_until_asked()
        following = pool.submit(_ask, a_cache(), claude, Ears())
        _until_followed(cache_server)
        cache_server.flushdb()
        claude.wait_until_asked(2)
        go_on.set()
        answers = [leading.result(ENOUGH_SECONDS), following.result(ENOUGH_SECONDS)]

    assert {one.completion.answer.reply for one in answers} == {"One."}
    assert len(claude.requests) == 2


def _until_followed(cache_server: Redis) -> None:
    deadline = time.monotonic() + ENOUGH_SECONDS
    while time.monotonic() < deadline:
        for key in cache_server.scan_iter("okr:cache:flight:*"):
            if int(cache_server.hget(key, "followers") or 0):
                return
    raise AssertionError("Nobody follows.")
