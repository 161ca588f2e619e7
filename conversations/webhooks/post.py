"""Send one request to a checked address: no redirects, a wall-clock limit, and little of the answer read."""

import socket
import ssl
import time
from dataclasses import dataclass
from functools import cache
from typing import Final

import h11

from conversations.errors import ConversationError
from conversations.webhooks.addresses import Target

DEADLINE_SECONDS: Final = 15.0
_CONNECT_SECONDS: Final = 5.0
_MOST_HEADER_BYTES: Final = 16 * 1024
_MOST_BODY_BYTES: Final = 16 * 1024
_CHUNK: Final = 4096


class ReceiverError(ConversationError):
    """The receiver could not be reached or did not answer."""

    code = "webhook_receiver_failed"
    retryable = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver answered."""

    status: int
    retry_after: str
    body: bytes


def post(target: Target, body: bytes, headers: dict[str, str], *, within: float = DEADLINE_SECONDS) -> Answer:
    """Post a body within so many seconds of wall clock, or raise ReceiverError."""
    deadline = time.monotonic() + within
    try:
        with _connect(target, deadline) as connection:
            return _exchange(connection, target, body, headers, deadline)
    except TimeoutError:
        raise ReceiverError(f"There was no answer within {within:.0f} s.") from None
    except ssl.SSLError as error:
        raise ReceiverError(f"TLS failed: {error.reason or error}.") from None
    except OSError as error:
        raise ReceiverError(f"The connection failed: {error.strerror or error}.") from None
    except h11.ProtocolError as error:
        raise ReceiverError(f"The answer is not HTTP: {error}.") from None


def _connect(target: Target, deadline: float) -> socket.socket:
    # The address that was checked is the one connected to; the name is not resolved again.
    connection = socket.create_connection(
        (str(target.address), target.port), timeout=min(_CONNECT_SECONDS, _left(deadline))
    )
    if not target.secure:
        return connection
    try:
        connection.settimeout(_left(deadline))
        return _tls().wrap_socket(connection, server_hostname=target.host)
    except BaseException:
        connection.close()
        raise


def _exchange(
    connection: socket.socket, target: Target, body: bytes, headers: dict[str, str], deadline: float
) -> Answer:
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_HEADER_BYTES)
    request = h11.Request(
        method="POST",
        target=target.path,
        headers=[
            ("host", target.authority),
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            ("user-agent", "okr-coach-webhooks/1"),
            ("connection", "close"),
            *headers.items(),
        ],
    )
    sending = b"".join(filter(None, map(http.send, (request, h11.Data(body), h11.EndOfMessage()))))
    connection.settimeout(_left(deadline))
    connection.sendall(sending)
    return _read(connection, http, deadline)


def _read(connection: socket.socket, http: h11.Connection, deadline: float) -> Answer:
    status, retry_after, received = 0, "", b""
    while True:
        event = http.next_event()
        match event:
            case h11.NEED_DATA:
                connection.settimeout(_left(deadline))
                http.receive_data(connection.recv(_CHUNK))
            case h11.Response():
                status = event.status_code
                retry_after = dict(event.headers).get(b"retry-after", b"").decode("latin-1")
            case h11.Data():
                received += bytes(event.data)
                if len(received) >= _MOST_BODY_BYTES:
                    return Answer(status, retry_after, received[:_MOST_BODY_BYTES])
            case h11.InformationalResponse():
                pass
            case _:
                if not status:
                    raise ReceiverError("The connection was closed before an answer.")
                return Answer(status, retry_after, received)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
