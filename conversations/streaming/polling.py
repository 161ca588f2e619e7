"""`GET jobs/{id}/?wait=`: the request waits here, and the application is asked before and after."""

import asyncio
import re
from urllib.parse import parse_qs
from uuid import UUID

from conversations.api.headers import wait_seconds
from conversations.api.problems import InvalidParameterError
from conversations.streaming.ended import EndedHub
from conversations.streaming.ending import end
from conversations.streaming.wire import Application, Receive, Scope, Send, answer_of, disconnected
from conversations.waiting import STILL_OPEN_HEADER

_JOB = re.compile(r"^/api/v1/jobs/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/$")
_STILL_OPEN = STILL_OPEN_HEADER.lower().encode()


class WaitingPoll:
    """Holds a poll until its job ends, its time is up or its client has gone.

    Waiting costs a future in the event loop, never one of the application's threads. The application
    decides first, asked by HEAD, whether this client may see the job at all, and whether it is still open.
    """

    def __init__(self, application: Application, hub: EndedHub) -> None:
        self._application = application
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        asked = _job_to_wait_for(scope)
        if asked is None:
            await self._application(scope, receive, send)
            return
        job_id, seconds = asked
        with self._hub.watch(job_id) as ended:
            asked_first = await answer_of(self._application, {**scope, "method": "HEAD"})
            if asked_first.header(_STILL_OPEN) and not await _client_stays(ended, seconds, receive):
                return
        answer = await answer_of(self._application, scope)
        await answer.send_to(send)


def _job_to_wait_for(scope: Scope) -> tuple[UUID, float] | None:
    job = _JOB.match(scope["path"]) if scope["method"] == "GET" else None
    if job is None:
        return None
    given = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get("wait")
    try:
        seconds = wait_seconds(given[-1]) if given else 0.0
    except InvalidParameterError:
        # The application says so, with a problem document.
        return None
    return (UUID(job[1]), seconds) if seconds > 0 else None


async def _client_stays(ended: asyncio.Event, seconds: float, receive: Receive) -> bool:
    """Wait for the end or the time; tell whether the client is still there."""
    gone = asyncio.ensure_future(disconnected(receive))
    over = asyncio.ensure_future(ended.wait())
    try:
        await asyncio.wait({gone, over}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        return over.done() or not gone.done()
    finally:
        await end((gone, over))
