"""`GET jobs/{id}/events/`: a coroutine per client, never a thread."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qs
from uuid import UUID

from conversations.api.events import resume_point
from conversations.events.frames import SIGN_OF_LIFE, server_sent
from conversations.events.values import EventId, Told
from conversations.streaming.ending import end
from conversations.streaming.follow import Asked, Follower, TooSlowError
from conversations.streaming.wire import Answer, Application, Receive, Scope, Send, answer_of, disconnected
from conversations.waiting import STILL_OPEN_HEADER

_EVENTS = re.compile(r"^/api/v1/jobs/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/events/$")
_STILL_OPEN = STILL_OPEN_HEADER.lower().encode()
_OURS = {_STILL_OPEN, b"content-length"}
_OK = 200
# A client that takes nothing for so long is gone, or too slow to be of use.
_SEND_SECONDS = 30.0


class EventStreams:
    """Streams events to the clients that the application lets see the job.

    The application writes the beginning, or the refusal; the rest is sent from here.
    """

    def __init__(self, application: Application, follower: Follower) -> None:
        self._application = application
        self._follower = follower

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        job = _EVENTS.match(scope["path"]) if scope["method"] == "GET" else None
        if job is None:
            await self._application(scope, receive, send)
            return
        answer = await answer_of(self._application, scope)
        if answer.status != _OK:
            await answer.send_to(send)
            return
        asked = Asked(
            UUID(job[1]),
            after=_after(scope),
            is_over=answer.header(_STILL_OPEN) is None,
            is_begun=True,
        )
        async with _while_connected(receive):
            await self._stream(asked, answer, send)

    async def _stream(self, asked: Asked, beginning: Answer, send: Send) -> None:
        headers = [pair for pair in beginning.headers if pair[0].lower() not in _OURS]
        await send({"type": "http.response.start", "status": _OK, "headers": headers})
        await _say(send, beginning.body)
        with contextlib.suppress(TooSlowError, TimeoutError):
            async with contextlib.aclosing(self._follower.follow(asked)) as happenings:
                async for told in happenings:
                    await _say(send, _bytes_of(told))
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _say(send: Send, body: bytes) -> None:
    async with asyncio.timeout(_SEND_SECONDS):
        await send({"type": "http.response.body", "body": body, "more_body": True})


def _bytes_of(told: list[Told]) -> bytes:
    return b"".join(map(server_sent, told)) or SIGN_OF_LIFE


def _after(scope: Scope) -> EventId | None:
    headers = {name.lower(): value for name, value in scope["headers"]}
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    # The application has read the same and found it well formed.
    header = headers.get(b"last-event-id")
    return resume_point(None if header is None else header.decode("latin-1"), query.get("after", [None])[-1])


@contextlib.asynccontextmanager
async def _while_connected(receive: Receive) -> AsyncIterator[None]:
    """End the block when the client leaves."""
    task = asyncio.current_task()
    assert task is not None
    gone = asyncio.ensure_future(disconnected(receive))
    gone.add_done_callback(lambda one: None if one.cancelled() else task.cancel())
    try:
        yield
    except asyncio.CancelledError:
        if not gone.done():
            raise
        task.uncancel()
    finally:
        await end([gone])
