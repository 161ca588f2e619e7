"""Request bodies, read to their end before a thread is given to them."""

import asyncio
from dataclasses import dataclass

from conversations.streaming.wire import Answer, Application, Message, Receive, Scope, Send


class _TooLargeError(Exception):
    """The body is larger than its limit."""


class _ClientGoneError(Exception):
    """The client left before its body was complete."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How much a body may hold, and how much of a larger one is read away before refusing it.

    A client that is still sending when the connection closes never sees the refusal.
    """

    most_bytes: int
    most_upload_bytes: int
    most_discarded_bytes: int
    most_seconds: float

    def of(self, headers: dict[bytes, bytes]) -> int:
        """Give the limit for a request: file uploads may be larger."""
        is_upload = headers.get(b"content-type", b"").lower().startswith(b"multipart/")
        return self.most_upload_bytes if is_upload else self.most_bytes


@dataclass(frozen=True, slots=True)
class Refusals:
    """What is answered to a body that is too large, took too long, or broke off in mid-sentence."""

    too_large: Answer
    too_slow: Answer
    broken: Answer


class BoundedBodies:
    """Hands whole bodies of a bounded size to the application, and always with a Content-Length.

    A slow sender costs memory up to the limit, for a while, instead of a thread; and WSGI alone would
    take a chunked body for an empty one.
    """

    def __init__(self, application: Application, limits: BodyLimits, *, refusals: Refusals) -> None:
        self._application = application
        self._limits = limits
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        headers = dict(scope["headers"])
        if not headers.keys() & {b"content-length", b"transfer-encoding"}:
            await self._application(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._limits.most_seconds):
                body = await self._read(receive, self._limits.of(headers))
        except _ClientGoneError:
            # One that sent what is not HTTP has not gone, and is told so.
            await self._refusals.broken.send_to(send)
            return
        except TimeoutError:
            await self._refusals.too_slow.send_to(send)
            return
        except _TooLargeError:
            await self._refusals.too_large.send_to(send)
            return
        lengthless = [
            pair for pair in scope["headers"] if pair[0] not in {b"content-length", b"transfer-encoding"}
        ]
        measured = [*lengthless, (b"content-length", str(len(body)).encode())]
        await self._application({**scope, "headers": measured}, _first(body, receive), send)

    async def _read(self, receive: Receive, most: int) -> bytes:
        body = bytearray()
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _ClientGoneError
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
            if size <= most:
                body += message.get("body", b"")
            elif size > most + self._limits.most_discarded_bytes:
                raise _TooLargeError
        if size > most:
            raise _TooLargeError
        return bytes(body)


def _first(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def receive_again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return receive_again
