"""Bodies, read before a thread is given to them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from conversations.streaming.bodies import BodyLimits, BoundedBodies, Refusals
from conversations.streaming.wire import Answer, Message, Receive, Scope, Send

LIMITS = BodyLimits(most_bytes=10, most_upload_bytes=20, most_discarded_bytes=100, most_seconds=60)
REFUSALS = Refusals(
    too_large=Answer(413, (), b"too large"),
    too_slow=Answer(408, (), b"too slow"),
    broken=Answer(400, (), b"broken"),
)
JSON = (b"content-type", b"application/json")
CHUNKED = (b"transfer-encoding", b"chunked")
GONE: Message = {"type": "http.disconnect"}


class Echo:
    """An application that keeps what it was given."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.headers: dict[bytes, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.headers = dict(scope["headers"])
        if b"content-length" in self.headers:
            self.bodies.append((await receive())["body"])
        await Answer(200, (), b"").send_to(send)


def send_parts(
    headers: Sequence[tuple[bytes, bytes]], *parts: bytes | Message
) -> tuple[Echo, int | None, int]:
    """Send a request; give the application, the status, and how many parts were never read."""
    echo, statuses = Echo(), []
    waiting = [
        part
        if isinstance(part, dict)
        else {"type": "http.request", "body": part, "more_body": n < len(parts)}
        for n, part in enumerate(parts, 1)
    ]

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope: Scope = {"type": "http", "method": "POST", "path": "/", "headers": list(headers)}
    application = BoundedBodies(echo, LIMITS, refusals=REFUSALS)
    asyncio.run(_complete(application, scope, receive, send))
    return echo, statuses[0] if statuses else None, len(waiting)


async def _complete(application: BoundedBodies, scope: Scope, receive: Receive, send: Send) -> None:
    await application(scope, receive, send)


def test_a_chunked_body_arrives_whole_and_with_its_length() -> None:
    echo, status, _ = send_parts([JSON, CHUNKED], b"abc", b"", b"def")

    assert (status, echo.bodies) == (200, [b"abcdef"])
    assert echo.headers == dict([JSON]) | {b"content-length": b"6"}


def test_a_request_without_a_body_is_not_waited_for() -> None:
    echo, status, unread = send_parts([], b"")

    assert (status, echo.bodies, unread) == (200, [], 1)


@pytest.mark.parametrize("headers", [[CHUNKED], [(b"content-length", b"11")]])
def test_a_body_over_the_limit_never_reaches_the_application(headers: list[tuple[bytes, bytes]]) -> None:
    echo, status, unread = send_parts([JSON, *headers], b"12345", b"678901")

    assert (status, echo.bodies, unread) == (413, [], 0)


def test_an_endless_body_is_not_read_for_ever() -> None:
    _, status, unread = send_parts([JSON, CHUNKED], *[b"x" * 50] * 10)

    assert status == 413
    assert unread > 0


def test_an_upload_may_be_larger() -> None:
    kind = (b"content-type", b"Multipart/Form-Data; boundary=x")

    echo, status, _ = send_parts([kind, CHUNKED], b"x" * 20)

    assert (status, echo.bodies) == (200, [b"x" * 20])


def test_a_body_that_breaks_off_changes_nothing() -> None:
    echo, status, _ = send_parts([JSON, CHUNKED], b"{}", GONE)

    assert (status, echo.bodies) == (400, [])


def test_a_body_that_never_ends_is_not_waited_for() -> None:
    echo, statuses = Echo(), []

    async def receive() -> Message:
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]  # never.

    async def send(message: Message) -> None:
        statuses.append(message.get("status"))

    scope: Scope = {"type": "http", "method": "POST", "path": "/", "headers": [JSON, CHUNKED]}
    hasty = BoundedBodies(echo, replace(LIMITS, most_seconds=0), refusals=REFUSALS)
    asyncio.run(_complete(hasty, scope, receive, send))

    assert (statuses[0], echo.bodies) == (408, [])
