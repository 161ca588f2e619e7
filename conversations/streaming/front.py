"""The first thing a connection meets: each kind goes its own way."""

import asyncio
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import FrameType
from typing import Protocol
from urllib.parse import quote_from_bytes

from conversations.streaming.wire import Application, Receive, Scope, Send

_ASCII = "".join(map(chr, range(0x21, 0x7F)))


class Lanes:
    """Gives some addresses an application of their own, so that they never queue behind the rest."""

    def __init__(self, *, others: Application, lanes: Mapping[str, Application]) -> None:
        self._others = others
        self._lanes = lanes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request in the lane of its address."""
        for prefix, application in self._lanes.items():
            if scope["path"].startswith(prefix):
                await application(scope, receive, send)
                return
        await self._others(scope, receive, send)


class Watcher(Protocol):
    """A part that keeps requests waiting: it begins, lets them go, and ends."""

    def start(self) -> None:
        """Begin, in the running event loop."""

    def release(self) -> None:
        """Let every waiting request end by itself, now."""

    async def close(self) -> None:
        """Give back what is held."""


class Front:
    """Sends HTTP to its application, keeps the watchers alive, and refuses what nobody serves."""

    def __init__(
        self, *, http: Application, watchers: Sequence[Watcher], websocket: Application | None = None
    ) -> None:
        self._http = http
        self._websocket = websocket
        self._watchers = watchers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or the server's own start and stop."""
        match scope["type"]:
            case "http":
                await self._http(_tidied(scope), receive, send)
            case "websocket" if self._websocket is not None:
                await self._websocket(_tidied(scope), receive, send)
            case "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1000, "reason": ""})
            case "lifespan":
                await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        for watcher in self._watchers:
            watcher.start()
        self._release_on_signals()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for watcher in self._watchers:
            await watcher.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _release_on_signals(self) -> None:
        """Let waiting requests go when the process is asked to stop.

        Servers finish their requests before they tell the application, and these would take
        half a minute.
        """
        if threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                previous = signal.getsignal(number)
                signal.signal(number, partial(_pass_on, previous, loop, self._release))
                signal.siginterrupt(number, False)

    def _release(self) -> None:
        for watcher in self._watchers:
            watcher.release()


def _pass_on(
    previous: object,
    loop: asyncio.AbstractEventLoop,
    act: Callable[[], None],
    number: int,
    frame: FrameType | None,
) -> None:
    loop.call_soon_threadsafe(act)
    if callable(previous):
        previous(number, frame)


def _tidied(scope: Scope) -> Scope:
    """Leave out what WSGI would confuse.

    A header with an underscore would pass for the one with a dash that a proxy has checked, and
    a query string that is not ASCII has no WSGI form.
    """
    headers = [pair for pair in scope["headers"] if b"_" not in pair[0]]
    query = scope["query_string"]
    if not query.isascii():
        query = quote_from_bytes(query, safe=_ASCII).encode()
    return {**scope, "headers": headers, "query_string": query}
