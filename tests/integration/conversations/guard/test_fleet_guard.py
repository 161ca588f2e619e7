"""The guard that all processes share: breaker, permits, limits and the retry budget on a real server."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from redis import Redis

from conversations.errors import BreakerOpenError, HeldBackError, LimitReachedError, RetryBudgetSpentError
from conversations.guard.breaker import Breaker, Pass
from conversations.guard.fleet import FleetGuard, look
from conversations.guard.values import Ask, BreakerRules, Outcome, Permit, Result, Rules
from conversations.llm.client import ProviderLimits
from tests.integration.conversations.guard.conftest import a_guard

MODEL = "claude-sonnet-5-5"
ASK = Ask(MODEL, input_tokens=100)
ANSWERED = Result(Outcome.ANSWERED)
QUICK = BreakerRules(failures=3, rest=timedelta(seconds=2), longest_rest=timedelta(seconds=7))
START = 1_800_000_000_000


@pytest.fixture
def guard(broker: Redis) -> Iterator[FleetGuard]:
    """A guard whose clock the test moves."""
    made = a_guard(settings.REDIS_URL, Rules(breaker=QUICK), now=START)
    with closing(made.server):
        yield made


def waits(guard: FleetGuard, ask: Ask = ASK) -> float:
    """Give the seconds the guard wants a call to wait."""
    with pytest.raises(HeldBackError) as caught:
        guard.enter(ask)
    assert caught.value.retry_after is not None
    return caught.value.retry_after


def fail(guard: FleetGuard, times: int, outcome: Outcome = Outcome.OVERLOADED) -> None:
    for permit in [guard.enter(ASK) for _ in range(times)]:
        guard.leave(permit, Result(outcome))


def later(guard: FleetGuard, seconds: float) -> None:
    assert guard.now is not None
    guard.now += round(seconds * 1000)


def test_enough_failures_open_it_and_one_probe_closes_it(guard: FleetGuard) -> None:
    fail(guard, 3)
    assert waits(guard) == 2.0

    later(guard, 2)
    probe = guard.enter(ASK)
    with pytest.raises(BreakerOpenError):
        guard.enter(ASK)
    guard.leave(probe, ANSWERED)

    assert probe.is_probe
    assert not guard.enter(ASK).is_probe


def test_a_probe_that_fails_doubles_the_rest_up_to_its_bound(guard: FleetGuard) -> None:
    fail(guard, 3)
    rests = []
    for _ in range(3):
        rests.append(waits(guard))
        later(guard, rests[-1])
        guard.leave(guard.enter(ASK), Result(Outcome.TIMED_OUT))

    assert [*rests, waits(guard)] == [2.0, 4.0, 7.0, 7.0]


def test_a_probe_whose_worker_died_is_followed_by_another(guard: FleetGuard) -> None:
    fail(guard, 3)
    later(guard, 2)
    guard.enter(ASK)

    later(guard, 15)

    assert guard.enter(ASK).is_probe


def test_most_must_fail_not_merely_some(guard: FleetGuard) -> None:
    for permit in [guard.enter(ASK) for _ in range(7)]:
        guard.leave(permit, ANSWERED)
    fail(guard, 6)

    assert guard.enter(ASK)


def test_one_models_trouble_is_not_anothers(guard: FleetGuard) -> None:
    fail(guard, 3)

    assert guard.enter(replace(ASK, model="claude-haiku-5-5"))
    assert look(guard.server, (MODEL, "claude-haiku-5-5"), now=START).breaker == "open"


def test_no_more_calls_fly_than_may_and_a_dead_workers_permit_comes_back(broker: Redis) -> None:
    guard = a_guard(settings.REDIS_URL, Rules(most_in_flight=2), now=START)
    first = guard.enter(ASK)
    guard.enter(ASK)
    assert waits(guard) == 0.25

    later(guard, 10)
    guard.renew(first)
    later(guard, 6)
    guard.enter(ASK)

    assert waits(guard) == 0.25
    assert look(guard.server, (MODEL,), now=guard.now).in_flight == 2


def test_tokens_a_minute_are_kept_and_what_was_not_used_comes_back(broker: Redis) -> None:
    guard = a_guard(settings.REDIS_URL, Rules(input_tokens_per_minute=1200), now=START)
    permit = guard.enter(replace(ASK, input_tokens=1000))
    assert waits(guard, replace(ASK, input_tokens=400)) == 10.0

    guard.leave(permit, replace(ANSWERED, input_tokens=300))

    assert guard.enter(replace(ASK, input_tokens=400))


def test_the_providers_word_on_its_limits_is_taken(guard: FleetGuard) -> None:
    limits = ProviderLimits(requests=(60, 1), input_tokens=(60_000, 60_000))
    guard.leave(guard.enter(ASK), replace(ANSWERED, limits=limits))

    guard.enter(ASK)

    assert waits(guard) == 1.0
    standing = look(guard.server, (MODEL,), now=START).models[MODEL]
    assert standing.limits["requests"] == (60, 0)


def test_after_a_rate_limit_everybody_waits_as_long_as_was_asked(guard: FleetGuard) -> None:
    result = Result(Outcome.NOTHING, retry_after=timedelta(seconds=9), is_limited=True)
    guard.leave(guard.enter(ASK), result)

    with pytest.raises(LimitReachedError) as caught:
        guard.enter(ASK)

    assert caught.value.retry_after == 9.0


def test_repetitions_are_a_tenth_of_the_calls_at_most(guard: FleetGuard) -> None:
    again = replace(ASK, is_retry=True)
    for _ in range(10):
        guard.leave(guard.enter(again), ANSWERED)
    with pytest.raises(RetryBudgetSpentError):
        guard.enter(again)

    for _ in range(10):
        guard.leave(guard.enter(ASK), ANSWERED)
    guard.enter(again)

    with pytest.raises(RetryBudgetSpentError):
        guard.enter(again)
    later(guard, 5)
    assert guard.enter(again)


def test_what_calls_have_earned_is_there_when_many_fail_at_once_and_no_more_than_that(
    guard: FleetGuard,
) -> None:
    again = replace(ASK, is_retry=True)
    for _ in range(600):
        guard.leave(guard.enter(ASK), ANSWERED)

    for _ in range(50):
        guard.leave(guard.enter(again), ANSWERED)

    with pytest.raises(RetryBudgetSpentError):
        guard.enter(again)


def test_without_redis_each_process_guards_alone(broker: Redis) -> None:
    guard = a_guard("redis://127.0.0.1:1/0", Rules(breaker=QUICK))

    fail(guard, 3, Outcome.LOST)

    with pytest.raises(BreakerOpenError):
        guard.enter(ASK)
    guard.server.close()


def _hammer(url: str, most: int, rounds: int) -> tuple[int, int]:
    """Enter and leave as fast as may be; give the most permits seen and how often leave was given."""
    guard = a_guard(url, Rules(most_in_flight=most))
    seen, given = 0, 0
    held: list[Permit] = []
    for _ in range(rounds):
        try:
            held.append(guard.enter(ASK))
            given += 1
        except LimitReachedError:
            for permit in held:
                guard.leave(permit, ANSWERED)
            held.clear()
        seen = max(seen, look(guard.server, (MODEL,)).in_flight)
    for permit in held:
        guard.leave(permit, ANSWERED)
    guard.server.close()
    return seen, given


def _probe(url: str) -> bool:
    guard = a_guard(url, Rules(breaker=QUICK), now=START + 10_000)
    try:
        return guard.enter(ASK).is_probe
    except BreakerOpenError:
        return False
    finally:
        guard.server.close()


def test_two_processes_share_the_permits(broker: Redis) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        racing = [pool.submit(_hammer, settings.REDIS_URL, 5, 300) for _ in range(2)]
        results = [one.result() for one in racing]

    assert max(seen for seen, _ in results) == 5
    assert all(given for _, given in results)
    assert broker.zcard("okr:guard:permits") == 0


def test_of_two_processes_one_probes(guard: FleetGuard) -> None:
    fail(guard, 3)

    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        probes = list(pool.map(_probe, [settings.REDIS_URL] * 8))

    assert sum(probes) == 1


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("enter"), st.just(0)),
        st.tuples(st.sampled_from(list(Outcome)), st.integers(0, 6)),
        st.tuples(st.just("wait"), st.integers(1, 20_000)),
    ),
    max_size=40,
)


@examples(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_the_shared_breaker_does_what_the_plain_one_does(
    guard: FleetGuard, broker: Redis, steps: list[tuple[str, int]]
) -> None:
    broker.flushdb()
    guard.now, plain = START, Breaker(QUICK)
    flying: list[tuple[Permit, Pass]] = []
    for step, number in steps:
        if step == "wait":
            later(guard, number / 1000)
        elif step == "enter":
            _enter_both(guard, plain, flying)
        elif flying:
            permit, passed = flying.pop(number % len(flying))
            guard.leave(permit, Result(Outcome(step)))
            plain.leave(permit.id, passed, Outcome(step), now=guard.now)

    assert (look(guard.server, (MODEL,), now=guard.now).breaker != "closed") == plain.is_open


def _enter_both(guard: FleetGuard, plain: Breaker, flying: list[tuple[Permit, Pass]]) -> None:
    assert guard.now is not None
    given: Permit | int
    try:
        given = guard.enter(ASK)
    except BreakerOpenError as held:
        given = round((held.retry_after or 0) * 1000)
    passed = plain.enter(given.id if isinstance(given, Permit) else "", now=guard.now, life=15_000)
    if isinstance(given, Permit):
        assert passed == Pass(given.generation, is_probe=given.is_probe)
        flying.append((given, passed))
    else:
        assert passed == given
