"""Talking to a session over one connection."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any, cast

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone

from conversations.errors import RefusedError
from conversations.llm.scripted import ScriptedClaude
from conversations.models import Job, Session
from conversations.services import retry_job
from conversations.streaming.front import Front
from conversations.streaming.hub import EventHub
from conversations.streaming.talk import MOST_BYTES, CloseCode
from conversations.streaming.websocket import PROTOCOL, SessionSockets
from conversations.values import JobStatus
from knowledge.models import User
from tests.builders import a_job, a_session, a_user, an_api_key
from tests.streams import elsewhere, talking

pytestmark = pytest.mark.django_db(transaction=True)
Served = Callable[[], AbstractAsyncContextManager[Front]]
Work = Callable[[Any], Coroutine[None, None, None]]


@pytest.fixture
def user() -> User:
    return a_user()


@pytest.fixture
def key(user: User) -> str:
    return an_api_key(user)


@pytest.fixture
def session(user: User) -> Session:
    return a_session(user)


@pytest.fixture(autouse=True)
def unsent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests' own worker be the only one that hears of a job."""
    monkeypatch.setattr("conversations.services.submit.send_job", lambda *_, **__: True)
    monkeypatch.setattr("conversations.services.jobs.send_job", lambda *_, **__: True)


def run(scenario: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 60))


def cookies_of(user: User) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


def test_a_message_is_answered_over_the_same_connection(
    session: Session, key: str, served: Served, work: Work, claude: ScriptedClaude
) -> None:
    claude.will_say("What would ", "change?")

    async def scenario() -> None:
        async with served() as front, talking(front, session.pk, key) as socket:
            socket.say({"type": "message", "content": "We want to grow.", "idempotency_key": "one"})
            accepted = await socket.until_heard("accepted")
            await work(accepted["job_id"])
            end = await socket.until_heard("succeeded")
        kinds = socket.kinds()
        assert (kinds[:3], kinds[-1]) == (["accepted", "queued", "started"], "succeeded")
        assert "".join(one["text"] for one in socket.heard if one["type"] == "token") == "What would change?"
        assert {one["job_id"] for one in socket.heard} == {accepted["job_id"]}
        assert end["job"]["reply"]["content"] == "What would change?"

    run(scenario)


def test_the_same_key_again_is_the_same_job(session: Session, key: str, served: Served) -> None:
    async def scenario() -> None:
        async with served() as front, talking(front, session.pk, key) as socket:
            for _ in range(2):
                socket.say({"type": "message", "content": "Once.", "idempotency_key": "same"})
            await socket.until(lambda: socket.kinds().count("accepted") == 2)
            await socket.until_heard("queued")
        assert len({one["job_id"] for one in socket.heard}) == 1
        assert socket.kinds().count("queued") == 1

    run(scenario)
    assert Job.objects.count() == 1


def test_a_stop_is_heard(session: Session, key: str, served: Served) -> None:
    async def scenario() -> None:
        async with served() as front, talking(front, session.pk, key) as socket:
            socket.say({"type": "message", "content": "Wait."})
            accepted = await socket.until_heard("accepted")
            socket.say({"type": "cancel", "job": accepted["job_id"]})
            end = await socket.until_heard("cancelled")
            socket.say({"type": "cancel", "job": str(session.pk)})
            missing = await socket.until_heard("error")
        assert end["job"]["status"] == "cancelled"
        assert (missing["status"], missing["code"]) == (404, "not_found")

    run(scenario)


def test_what_is_still_open_is_told_to_whoever_connects(
    session: Session, key: str, served: Served, work: Work, claude: ScriptedClaude
) -> None:
    job = a_job(session)
    claude.will_say("Yes.")

    async def scenario() -> None:
        async with served() as front, talking(front, session.pk, key) as socket:
            await socket.until_heard("queued")
            await work(job.pk)
            await socket.until_heard("succeeded")

    run(scenario)


def test_a_job_that_comes_another_way_is_told_too_and_so_is_its_retry(
    session: Session, user: User, key: str, served: Served, work: Work, claude: ScriptedClaude
) -> None:
    claude.will_fail(RefusedError())
    claude.will_say("Now.")

    async def scenario() -> None:
        async with served() as front, talking(front, session.pk, key) as socket:
            socket.say({"type": "shout"})
            await socket.until_heard("error")
            job = await elsewhere(a_job, session)
            await socket.until_heard("queued")
            await work(job.pk)
            await socket.until_heard("failed")
            await elsewhere(retry_job, job.pk, user=user)
            await work(job.pk)
            await socket.until_heard("succeeded")
        told = [one for one in socket.kinds() if one != "token"]
        assert told == ["error", "queued", "started", "failed", "reset", "started", "succeeded"]

    run(scenario)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("{", "parse_error"),
        ("[]", "parse_error"),
        ({"type": "shout"}, "invalid"),
        ({"type": "cancel", "job": "that one"}, "invalid"),
        ({"type": "message"}, "invalid"),
        ({"type": "message", "content": 3}, "invalid"),
        ({"type": "message", "content": "x", "idempotency_key": ""}, "invalid"),
        ({"type": "message", "content": "nul \u0000"}, "invalid"),
    ],
)
def test_what_makes_no_sense_is_an_error_and_no_end(
    session: Session, key: str, served: Served, said: object, code: str
) -> None:
    async def scenario() -> None:
        async with served() as front, talking(front, session.pk, key) as socket:
            socket.say(said)
            assert (await socket.until_heard("error"))["code"] == code
            socket.say({"type": "message", "content": "Now properly."})
            await socket.until_heard("accepted")

    run(scenario)


def test_too_much_at_once_closes_the_connection(session: Session, key: str, served: Served) -> None:
    async def scenario() -> None:
        async with served() as front, talking(front, session.pk, key) as socket:
            socket.say("x" * (MOST_BYTES + 1))
            await socket.until(lambda: socket.close_code is not None)
        assert socket.close_code == CloseCode.TOO_BIG

    run(scenario)


async def close_code(front: Front, session: object, key: str, **more: Any) -> int | None:
    async with talking(front, session, key, **more) as socket:
        await socket.until(lambda: socket.close_code is not None)
    return socket.close_code


def test_strangers_are_turned_away_with_a_code(session: Session, key: str, served: Served) -> None:
    other, cookie = an_api_key(a_user()), cookies_of(session.user)

    async def scenario() -> None:
        async with served() as front:
            assert await close_code(front, session.pk, "") == CloseCode.WRONG_ORIGIN
            assert await close_code(front, session.pk, "wrong") == CloseCode.NOT_AUTHENTICATED
            assert await close_code(front, session.pk, other) == CloseCode.NOT_FOUND
            assert await close_code(front, "nothing", key) == CloseCode.NOT_FOUND
            for origin in ("https://evil.example", "null"):
                assert (
                    await close_code(front, session.pk, "", cookie=cookie, origin=origin)
                    == CloseCode.WRONG_ORIGIN
                )
            assert (
                await close_code(front, session.pk, "", origin="http://127.0.0.1")
                == CloseCode.NOT_AUTHENTICATED
            )

    run(scenario)


def test_a_page_of_ours_speaks_by_cookie(session: Session, served: Served) -> None:
    cookie = cookies_of(session.user)

    async def scenario() -> None:
        async with (
            served() as front,
            talking(front, session.pk, "", cookie=cookie, origin="http://127.0.0.1") as socket,
        ):
            socket.say({"type": "message", "content": "From a page."})
            await socket.until_heard("accepted")

    run(scenario)


def test_a_key_may_come_as_a_subprotocol(session: Session, key: str, served: Served) -> None:
    async def scenario() -> None:
        async with (
            served() as front,
            talking(front, session.pk, "", subprotocols=(PROTOCOL, f"bearer.{key}")) as socket,
        ):
            socket.say({"type": "message", "content": "From a browser."})
            await socket.until_heard("accepted")
            assert socket.sent[0]["subprotocol"] == PROTOCOL

    run(scenario)


def test_a_stopping_server_says_so_and_nothing_is_left(session: Session, key: str, served: Served) -> None:
    job = a_job(session)

    async def scenario() -> None:
        async with served() as front:
            _, hub, sockets = cast("tuple[object, EventHub, SessionSockets]", front._watchers)
            async with talking(front, session.pk, key) as left:
                await left.until_heard("queued")
            assert (hub.watcher_count, sockets.connection_count) == (0, 0)
            async with talking(front, session.pk, key) as kept:
                await kept.until_heard("queued")
                sockets.release()
                await kept.until(lambda: kept.close_code is not None)
            assert kept.close_code == CloseCode.RESTARTING

    run(scenario)
    assert Job.objects.get(pk=job.pk).status == JobStatus.QUEUED


def test_a_message_says_until_when_its_answer_is_wanted(session: Session, key: str, served: Served) -> None:
    until = timezone.now() + timedelta(seconds=60)

    async def scenario() -> None:
        async with served() as front, talking(front, session.pk, key) as socket:
            socket.say({"type": "message", "content": "Soon?", "expires_at": until.isoformat()})
            await socket.until_heard("accepted")

    run(scenario)
    assert Job.objects.get().expires_at == until


@pytest.mark.parametrize("moment", ["2001-01-01T00:00:00Z", "2031-01-01T00:00:00Z", "tomorrow", 5])
def test_a_moment_is_refused_as_it_is_over_rest(
    session: Session, key: str, served: Served, client: Client, moment: object
) -> None:
    said = {"content": "Soon?", "expires_at": moment}
    problems: list[dict[str, Any]] = []

    async def scenario() -> None:
        async with served() as front, talking(front, session.pk, key) as socket:
            socket.say({"type": "message", **said})
            problems.append(await socket.until_heard("error"))

    run(scenario)
    refusal = client.post(
        f"/api/v1/sessions/{session.pk}/messages/",
        said,
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    ).json()
    assert (problems[0]["status"], problems[0]["errors"]) == (400, refusal["errors"])
    assert problems[0]["errors"][0]["pointer"] == "/expires_at"
    assert not Job.objects.exists()
