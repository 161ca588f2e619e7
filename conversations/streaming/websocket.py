"""`/ws/sessions/{id}/`: say something, stop it, and hear what happens, over one connection."""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from conversations.selectors import LiveJob
from conversations.streaming.ending import end
from conversations.streaming.follow import Follower
from conversations.streaming.inner import Inner, visitor_of
from conversations.streaming.talk import CloseCode, Talk
from conversations.streaming.wire import Application, Receive, Scope, Send

PROTOCOL: Final = "okr.v1"
_KEY_PREFIX = "bearer."
_SESSION = re.compile(r"^/ws/sessions/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/$")
_LOOK_SECONDS = 1.0
_OK = 200


_REFUSALS = {
    401: CloseCode.NOT_AUTHENTICATED,
    403: CloseCode.NOT_AUTHENTICATED,
    404: CloseCode.NOT_FOUND,
}


class SessionSockets:
    """Serves the sockets of sessions; the application decides about everything that is asked.

    A key comes in the Authorization header or as the subprotocol `bearer.<key>`, because addresses
    end up in logs. Cookies count only for pages of our own origin.
    """

    def __init__(
        self,
        application: Application,
        follower: Follower,
        *,
        live_jobs: Callable[[Collection[UUID]], Awaitable[Mapping[UUID, Sequence[LiveJob]]]],
        trusted_origins: Collection[str] = (),
    ) -> None:
        self._application = application
        self._follower = follower
        self._live_jobs = live_jobs
        self._trusted = frozenset(trusted_origins)
        self._connected: dict[asyncio.Task[None], Talk] = {}
        self._look_now = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._is_released = False

    @property
    def connection_count(self) -> int:
        """Count the open connections."""
        return len(self._connected)

    def start(self) -> None:
        """Begin to look for jobs that come to the sessions another way."""
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look_around())

    def release(self) -> None:
        """Close every connection; the clients come back to another process."""
        self._is_released = True
        for task in self._connected:
            task.cancel()

    async def close(self) -> None:
        """Let the connections end."""
        self.release()
        if self._looking is not None:
            await end([self._looking])
        await end(tuple(self._connected))

    async def _look_around(self) -> None:
        """Tell every connection of its session's live jobs: one query a second for all of them."""
        while True:
            if self._connected:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await self._look_now.wait()
            else:
                await self._look_now.wait()
            self._look_now.clear()
            seen_at = time.monotonic()
            found = await self._live_jobs({talk.session_id for talk in self._connected.values()})
            for talk in tuple(self._connected.values()):
                talk.follow_live(found.get(talk.session_id, ()), seen_at=seen_at)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        await receive()
        chosen, key = _offer_of(scope)
        await send({"type": "websocket.accept", "subprotocol": chosen, "headers": []})
        inner = Inner(self._application, visitor_of(scope, key=key))
        session = _SESSION.match(scope["path"])
        code = CloseCode.NOT_FOUND if session is None else await self._refusal(scope, inner, session[1])
        if code is not None or session is None:
            await send({"type": "websocket.close", "code": code, "reason": ""})
            return
        await self._serve(Talk(UUID(session[1]), inner, self._follower, send), receive)

    async def _serve(self, talk: Talk, receive: Receive) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connected[task] = talk
        self._look_now.set()
        try:
            async with talk:
                await talk.listen(receive)
        except asyncio.CancelledError:
            if not self._is_released:
                raise
            task.uncancel()
            await talk.hang_up(CloseCode.RESTARTING)
        finally:
            del self._connected[task]

    async def _refusal(self, scope: Scope, inner: Inner, session: str) -> CloseCode | None:
        if not self._is_origin_fine(scope, by_cookie=inner.visitor.by_cookie):
            return CloseCode.WRONG_ORIGIN
        answer = await inner.get(f"/api/v1/sessions/{session}/")
        return None if answer.status == _OK else _REFUSALS.get(answer.status, CloseCode.TRY_LATER)

    def _is_origin_fine(self, scope: Scope, *, by_cookie: bool) -> bool:
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        if not origin:
            return not by_cookie
        host = headers.get(b"host", b"").decode("latin-1")
        return urlsplit(origin).netloc == host or origin in self._trusted


def _offer_of(scope: Scope) -> tuple[str | None, str | None]:
    """Give the subprotocol to choose, and the key among those offered."""
    offered: list[str] = list(scope.get("subprotocols") or ())
    bearer = next((one for one in offered if one.startswith(_KEY_PREFIX)), None)
    # A browser wants one of its offers back; the key goes back only where nothing else was offered.
    chosen = PROTOCOL if PROTOCOL in offered else bearer
    return chosen, bearer.removeprefix(_KEY_PREFIX) if bearer else None
