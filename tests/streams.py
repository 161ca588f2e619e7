"""Clients of the ASGI application in this process: they read events, and they leave when told to."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from django.db import connection

from conversations.streaming.wire import Application

P = ParamSpec("P")
R = TypeVar("R")
PATIENCE_SECONDS = 20.0
ENDS = {"succeeded", "failed", "cancelled", "superseded"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One event, as it came over the wire."""

    id: str
    name: str
    data: dict[str, Any]


class Connection:
    """Either kind of connection, from the client's side."""

    def __init__(self, application: Application, scope: dict[str, Any]) -> None:
        self._application = application
        self._scope = {
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "root_path": "",
            "query_string": b"",
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        } | scope
        self._to_server: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._changed = asyncio.Condition()
        self.sent: list[MutableMapping[str, Any]] = []
        self.is_stuck = asyncio.Event()
        self.may_send = asyncio.Event()
        self.may_send.set()

    async def serve(self) -> None:
        """Run the application for this connection."""
        await self._application(self._scope, self._to_server.get, self._take)

    def put(self, message: MutableMapping[str, Any]) -> None:
        """Give the application a message."""
        self._to_server.put_nowait(message)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until what was sent fulfils a condition."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._changed:
            await self._changed.wait_for(holds)

    async def _take(self, message: MutableMapping[str, Any]) -> None:
        if not self.may_send.is_set():
            self.is_stuck.set()
            await self.may_send.wait()
        async with self._changed:
            self.sent.append(message)
            self._changed.notify_all()


class Stream(Connection):
    """A reader of `jobs/{id}/events/`."""

    @property
    def status(self) -> int:
        """Give the response's status."""
        status: int = self.sent[0]["status"]
        return status

    @property
    def headers(self) -> dict[str, str]:
        """Give the response's headers."""
        return {name.decode().lower(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def text(self) -> str:
        """Give the body as far as it has come."""
        return b"".join(message.get("body", b"") for message in self.sent[1:]).decode()

    @property
    def events(self) -> list[Seen]:
        """Give the events as far as they have come."""
        return [seen for block in self.text.split("\n\n")[:-1] if (seen := _seen(block)) is not None]

    @property
    def is_over(self) -> bool:
        """Tell whether the response is complete."""
        return len(self.sent) > 1 and not self.sent[-1].get("more_body", False)

    def names(self) -> list[str]:
        """Give the events' names, steps and the cache's aside."""
        return [one.name for one in self.events if one.name not in {"step", "cache"}]

    def said(self) -> str:
        """Give the reply as the client has it."""
        text = ""
        for one in self.events:
            text = "" if one.name == "reset" else text + one.data.get("text", "")
        return text


def _seen(block: str) -> Seen | None:
    fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
    return Seen(fields["id"], fields["event"], json.loads(fields["data"])) if "event" in fields else None


class Socket(Connection):
    """A talker on `/ws/sessions/{id}/`."""

    def say(self, document: object) -> None:
        """Send a message; text goes as it is."""
        text = document if isinstance(document, str) else json.dumps(document)
        self.put({"type": "websocket.receive", "text": text})

    @property
    def heard(self) -> list[dict[str, Any]]:
        """Give what the server said."""
        return [json.loads(one["text"]) for one in self.sent if one["type"] == "websocket.send"]

    @property
    def close_code(self) -> int | None:
        """Give the code the server closed with."""
        return next((one["code"] for one in self.sent if one["type"] == "websocket.close"), None)

    def kinds(self) -> list[str]:
        """Give the types of what the server said, steps and the cache's aside."""
        return [one["type"] for one in self.heard if one["type"] not in {"step", "cache"}]

    async def until_heard(self, *kinds: str) -> dict[str, Any]:
        """Wait for a document of one of these types, and give it."""
        await self.until(lambda: any(one["type"] in kinds for one in self.heard))
        return next(one for one in self.heard if one["type"] in kinds)


async def elsewhere(act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function in a thread that lets go of its database connection."""

    def run() -> R:
        try:
            return act(*args, **kwargs)
        finally:
            connection.close()

    return await asyncio.to_thread(run)


@contextlib.asynccontextmanager
async def streaming(
    application: Application, job: object, key: str, *, after: str = "", **headers: str
) -> AsyncIterator[Stream]:
    """Open an event stream, and leave it at the end of the block."""
    path = f"/api/v1/jobs/{job}/events/"
    stream = Stream(
        application,
        {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": f"after={after}".encode() if after else b"",
            "headers": _headers(key, accept="text/event-stream", **headers),
        },
    )
    async with _serving(stream, {"type": "http.disconnect"}):
        await stream.until(lambda: bool(stream.sent))
        yield stream


@contextlib.asynccontextmanager
async def talking(
    application: Application, session: object, key: str, *, subprotocols: tuple[str, ...] = (), **headers: str
) -> AsyncIterator[Socket]:
    """Open a WebSocket, and leave it at the end of the block."""
    path = f"/ws/sessions/{session}/"
    socket = Socket(
        application,
        {
            "type": "websocket",
            "scheme": "ws",
            "path": path,
            "raw_path": path.encode(),
            "subprotocols": list(subprotocols),
            "headers": _headers(key, **headers),
        },
    )
    socket.put({"type": "websocket.connect"})
    async with _serving(socket, {"type": "websocket.disconnect", "code": 1000}):
        await socket.until(lambda: bool(socket.sent))
        yield socket


@contextlib.asynccontextmanager
async def _serving(connection: Connection, farewell: dict[str, Any]) -> AsyncIterator[None]:
    task = asyncio.create_task(connection.serve())
    try:
        yield
    finally:
        connection.put(farewell)
        # Nobody cancels it: who leaves must not be waited for.
        await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        assert task.done(), "The connection was served on."
        await task


def _headers(key: str, **more: str) -> list[tuple[bytes, bytes]]:
    headers = {"host": "127.0.0.1"} | ({"authorization": f"Bearer {key}"} if key else {}) | more
    return [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
