"""Processes die at every boundary, and each accepted message still ends with exactly one reply."""

import os
import random
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from conversations.crash_points import CrashPoint
from tests.acceptance.stack import RECOVERY_SECONDS, RunningStack, eventually

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("stack")]
SESSIONS, MESSAGES = 3, 2
# `make soak` breaks more, for longer; this many in the suite.
ROUNDS = int(os.environ.get("OKR_CRASH_ROUNDS", "20"))
# When both workers are killed again and again, answers wait for their restarts as well.
PATIENCE_SECONDS = 120
VICTIMS = ("web", "worker-1", "worker-2", "broker", "beat")


@pytest.fixture(autouse=True)
def _whole(stack: RunningStack) -> None:
    """The promise is about the death of one worker: the other is there to take over."""
    stack.wait_until_whole()


def said(number: int) -> str:
    return f"Message {number}: we want customers to stay longer"


def test_every_boundary_is_known() -> None:
    assert len(CrashPoint) == 12


@pytest.mark.parametrize("point", list(CrashPoint))
def test_a_death_at_this_boundary_loses_and_doubles_nothing(stack: RunningStack, point: CrashPoint) -> None:
    sessions = [stack.open_session() for _ in range(SESSIONS)]
    armed = stack.arm(point)

    jobs = {session: _sent(stack, session, fault=_fault_for(point)) for session in sessions}

    eventually(lambda: True if not armed.exists() else None, f"a death {point}", explain=stack.log)
    for session in sessions:
        _assert_answered(stack, session, jobs[session])


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_kill_in_the_middle_of_the_work_loses_and_doubles_nothing(stack: RunningStack, victim: str) -> None:
    sessions = [stack.open_session() for _ in range(SESSIONS)]
    jobs = {session: _sent(stack, session) for session in sessions}

    stack.kill(victim)

    for session in sessions:
        _assert_answered(stack, session, jobs[session])


def test_a_worker_that_sleeps_past_its_lease_writes_nothing(stack: RunningStack) -> None:
    session = stack.open_session()
    job = stack.send(session, said(0) + " [[sim:slow(20)]]")
    busy = _worker_of(stack, job)

    stack.kill(busy, signal.SIGSTOP)
    try:
        document = stack.ended(job)
    finally:
        stack.kill(busy, signal.SIGCONT)

    assert document["status"] == "succeeded"
    assert document["attempt"] == 2
    # The sleeper is awake again and at work: it answers the next message, and left nothing behind.
    _assert_answered(stack, session, [job, stack.send(session, said(1))])


@pytest.mark.timeout(ROUNDS * 60)
def test_random_deaths_lose_and_double_nothing(stack: RunningStack) -> None:
    chance = random.Random(20251003)
    for _ in range(ROUNDS):
        sessions = [stack.open_session() for _ in range(SESSIONS)]
        with ThreadPoolExecutor(SESSIONS) as clients:
            cached = chance.random() < 0.5
            sending = [clients.submit(_sent, stack, session, cached=cached) for session in sessions]
            stack.kill(chance.choice(VICTIMS))
            if chance.random() < 0.5:
                stack.arm(chance.choice(list(CrashPoint)))
            jobs = [one.result() for one in sending]
        stack.disarm()

        for session, of_session in zip(sessions, jobs, strict=True):
            _assert_answered(stack, session, of_session, seconds=PATIENCE_SECONDS)


def _sent(stack: RunningStack, session: str, fault: str = "", *, cached: bool = False) -> list[str]:
    return [stack.send(session, said(number) + fault, cached=cached) for number in range(MESSAGES)]


def _fault_for(point: CrashPoint) -> str:
    return " [[sim:garbage_json*1]]" if point is CrashPoint.AFTER_ERROR else ""


def _worker_of(stack: RunningStack, job: str) -> str:
    """Find which worker is answering: the job's status says running, its pid is in the worker's name."""

    def look() -> str | None:
        return stack.worker_of(job)

    return eventually(look, "a worker to take the job", explain=stack.log)


def _assert_answered(
    stack: RunningStack, session: str, jobs: list[str], *, seconds: float = RECOVERY_SECONDS
) -> None:
    for job in jobs:
        document = stack.ended(job, seconds=seconds)
        assert document["status"] == "succeeded", document
    spoken = stack.transcript(session)
    assert [role for role, _ in spoken] == ["user", "assistant"] * len(jobs)
    assert [content.split(":")[0] for role, content in spoken if role == "user"] == [
        f"Message {number}" for number in range(len(jobs))
    ]
