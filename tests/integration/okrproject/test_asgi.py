"""The whole front, with threads, database and Redis behind it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.db import connection
from redis import Redis

from conversations.models import Job, Session
from conversations.services import cancel_job
from conversations.streaming.wire import Answer, Application, Message
from okrproject.asgi import build_application
from tests.builders import a_job, a_session, a_user, an_api_key

pytestmark = pytest.mark.django_db(transaction=True)
JSON = (b"content-type", b"application/json")
CHUNKED = (b"transfer-encoding", b"chunked")
Header = tuple[bytes, bytes]


def running(scenario: Callable[[Application], Awaitable[None]]) -> None:
    """Let the front live for the length of a scenario."""

    async def live() -> None:
        front = build_application()
        orders: asyncio.Queue[Message] = asyncio.Queue()
        said: asyncio.Queue[Message] = asyncio.Queue()
        orders.put_nowait({"type": "lifespan.startup"})
        life = asyncio.create_task(front({"type": "lifespan"}, orders.get, said.put))
        await said.get()
        await scenario(front)
        orders.put_nowait({"type": "lifespan.shutdown"})
        await life

    asyncio.run(asyncio.wait_for(live(), 60))


async def ask(front: Application, method: str, address: str, headers: list[Header], *parts: bytes) -> Answer:
    """Send one request in parts and collect the response; the client then waits without leaving."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost"), *headers],
        "client": ("127.0.0.1", 1),
    }
    waiting = [
        {"type": "http.request", "body": p, "more_body": n < len(parts)} for n, p in enumerate(parts, 1)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await front(scope, receive, send)
    body = b"".join(one.get("body", b"") for one in sent[1:])
    return Answer(sent[0]["status"], tuple(sent[0]["headers"]), body)


def key_of(user: Any) -> Header:
    return b"authorization", f"Bearer {an_api_key(user)}".encode()


def test_a_chunked_body_is_a_body() -> None:
    key = key_of(a_user())

    async def scenario(front: Application) -> None:
        answer = await ask(
            front, "POST", "/api/v1/sessions/", [key, JSON, CHUNKED], b'{"title"', b': "In parts"}'
        )

        assert answer.status == 201

    running(scenario)
    assert Session.objects.get().title == "In parts"


def test_a_body_without_end_is_refused_as_a_problem_and_writes_nothing() -> None:
    key = key_of(a_user())

    async def scenario(front: Application) -> None:
        parts = [b'{"title": "', *[b"x" * 100_000] * 100, b'"}']
        answer = await ask(front, "POST", "/api/v1/sessions/", [key, JSON, CHUNKED], *parts)

        assert answer.status == 413
        assert answer.header(b"content-type") == b"application/problem+json"
        assert json.loads(answer.body)["code"] == "content_too_large"

    running(scenario)
    assert not Session.objects.exists()


def test_a_waiting_poll_is_woken_when_its_job_ends(broker: Redis) -> None:
    user = a_user()
    key, job = key_of(user), a_job(a_session(user))

    def cancel() -> None:
        cancel_job(job.pk, user=user)
        connection.close()

    async def scenario(front: Application) -> None:
        poll = asyncio.create_task(ask(front, "GET", f"/api/v1/jobs/{job.pk}/?wait=30", [key]))
        await asyncio.to_thread(cancel)
        answer = await poll

        assert (answer.status, json.loads(answer.body)["status"]) == (200, "cancelled")
        assert not [name for name, _ in answer.headers if b"okr" in name]

    running(scenario)


def test_somebody_elses_job_is_not_waited_for() -> None:
    key, job = key_of(a_user()), a_job()

    async def scenario(front: Application) -> None:
        answer = await ask(front, "GET", f"/api/v1/jobs/{job.pk}/?wait=30", [key])

        assert answer.status == 404

    running(scenario)
    assert Job.objects.get() == job
