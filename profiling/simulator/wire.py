"""HTTP/1.1 over asyncio: parses with h11, writes without waiting, and tells when the client has gone.

A framework would do, but a simulator has to break the rules on purpose (close in the middle of a chunk), and
it shares its core with what it measures, so a stream must cost little more than its writes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import cast

import h11
import orjson

MAX_BODY_BYTES = 32 * 1024 * 1024

Headers = Iterable[tuple[str, str]]


class BodyTooLargeError(Exception):
    """The request body is larger than the service accepts."""


@dataclass(frozen=True)
class HttpRequest:
    """One request, whole."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    too_large: bool = False


class Responder:
    """The answering side of one exchange."""

    def __init__(self, connection: h11.Connection, transport: asyncio.Transport) -> None:
        """Answer on this connection."""
        self._connection = connection
        self._transport = transport
        self.started = False

    def send_json(self, status: int, body: object, headers: Headers = ()) -> None:
        """Send a whole JSON answer."""
        payload = orjson.dumps(body)
        head = [("content-type", "application/json"), ("content-length", str(len(payload))), *headers]
        self._send(h11.Response(status_code=status, headers=_encoded(head)), h11.Data(data=payload))
        self._send(h11.EndOfMessage())

    def start_stream(self, headers: Headers = (), first: bytes = b"") -> None:
        """Start a chunked event stream, with its first bytes in the same write."""
        head = [
            ("content-type", "text/event-stream; charset=utf-8"),
            ("cache-control", "no-cache"),
            ("transfer-encoding", "chunked"),
            *headers,
        ]
        self._send(h11.Response(status_code=200, headers=_encoded(head)), h11.Data(data=first))

    def start_json(self, length: int, first: bytes, headers: Headers = ()) -> None:
        """Start a JSON answer of a promised length, for those who mean to break the promise."""
        head = [("content-type", "application/json"), ("content-length", str(length)), *headers]
        self._send(h11.Response(status_code=200, headers=_encoded(head)), h11.Data(data=first))

    def write(self, data: bytes) -> None:
        """Send one more chunk, framed by hand: asking the parser for it costs more than all the rest."""
        self._transport.write(b"%x\r\n%b\r\n" % (len(data), data))

    def end(self) -> None:
        """End the stream as HTTP prescribes."""
        self._send(h11.EndOfMessage())

    def hang_up(self) -> None:
        """Close the connection after what was written, without ending the message."""
        self._transport.close()

    def _send(self, *events: h11.Response | h11.Data | h11.EndOfMessage) -> None:
        self.started = True
        self._transport.write(b"".join(self._connection.send(event) or b"" for event in events))


Answerer = Callable[[HttpRequest, Responder], Awaitable[None]]


def _encoded(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


class HttpConnection(asyncio.Protocol):
    """One client's connection, kept alive between requests."""

    def __init__(self, answer: Answerer) -> None:
        """Answer each request with the given coroutine; it is cancelled when the client goes."""
        self._answer = answer
        self._parser = h11.Connection(h11.SERVER)
        self._head: h11.Request | None = None
        self._body = bytearray()
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        # uvloop's is one in all but name.
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the work nobody waits for."""
        self._transport = None
        if self._task is not None and not self._task.done():
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """Feed the parser."""
        self._parser.receive_data(data)
        self._advance()

    def eof_received(self) -> bool:
        """Close once the client has closed its side."""
        return False

    def _advance(self) -> None:
        try:
            while self._transport is not None:
                event = self._parser.next_event()
                if event in (h11.NEED_DATA, h11.PAUSED):
                    return
                self._take(event)
        except h11.RemoteProtocolError:
            if self._transport is not None:
                self._transport.close()
        except BodyTooLargeError:
            self._start(self._request(too_large=True))

    def _take(self, event: object) -> None:
        match event:
            case h11.Request():
                self._head = event
                self._body.clear()
                if dict(event.headers).get(b"expect") == b"100-continue" and self._transport is not None:
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            case h11.Data():
                self._body += event.data
                if len(self._body) > MAX_BODY_BYTES:
                    raise BodyTooLargeError
            case h11.EndOfMessage():
                self._start(self._request())
            case h11.ConnectionClosed() if self._transport is not None:
                self._transport.close()

    def _request(self, *, too_large: bool = False) -> HttpRequest:
        assert self._head is not None
        path, _, query = self._head.target.decode("latin-1").partition("?")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self._head.headers}
        body = b"" if too_large else bytes(self._body)
        # Nothing of the request is kept while its answer streams.
        self._body = bytearray()
        return HttpRequest(self._head.method.decode(), path, query, headers, body, too_large)

    def _start(self, request: HttpRequest) -> None:
        if self._transport is not None and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._exchange(request, self._transport))

    async def _exchange(self, request: HttpRequest, transport: asyncio.Transport) -> None:
        try:
            await self._answer(request, Responder(self._parser, transport))
        except Exception:
            # The client must not wait for an answer that will not come; the error itself goes on to the log.
            transport.close()
            raise
        if transport.is_closing():
            return
        if self._parser.our_state is h11.DONE and self._parser.their_state is h11.DONE:
            self._task = None
            self._parser.start_next_cycle()
            self._advance()
        else:
            transport.close()
