"""An HTTP transport for the SDK whose blocking reads can be stopped, and which reads a stream cheaply.

A read that times out inside an HTTP client ends the response. Here the wait is cut into slices
below the HTTP parser, where a slice that brings nothing costs nothing: the call's `Watch` is asked
and the same read goes on. No timer thread is needed, and bytes are passed on as they come.

The parser is the standard library's: the SDK's default stack spends some 80 µs on every chunk of a
stream, which was two thirds of a worker's work (`tests/benchmarks/bench_llm_cpu.py`).
"""

import io
import select
import socket
import ssl
import time
import urllib.request
from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import httpx2

from conversations.errors import ConnectionLostError, ModelTimeoutError
from conversations.llm.watch import Watch

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_watch: ContextVar[Watch] = ContextVar("watch")
_KEEPALIVE_SECONDS: Final = 30.0
_READ_BYTES: Final = 64 * 1024


@contextmanager
def watched_by(watch: Watch) -> Iterator[None]:
    """Let this watch stop the reads that the current thread makes meanwhile."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


@contextmanager
def _our_errors() -> Iterator[None]:
    try:
        yield
    except TimeoutError as exc:
        raise ModelTimeoutError from exc
    except (OSError, HTTPException) as exc:
        raise ConnectionLostError from exc


class _WatchedReads(io.RawIOBase):
    """The reading side of a socket, under the eyes of the watch of the call that opened it."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        # An open file keeps the socket alive when the connection lets go of it.
        self._file = sock.makefile("rb", buffering=0)
        self._watch = _watch.get()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        while True:
            wait = self._watch.next_wait()
            if wait != self._sock.gettimeout():
                self._sock.settimeout(wait)
            try:
                count = self._sock.recv_into(buffer)
            except TimeoutError:
                continue
            self._watch.heard()
            return count

    def close(self) -> None:
        self._file.close()
        super().close()


class _WatchedSocket:
    """As much of a socket as a response wants to see."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_WatchedReads(self._sock))


class _WatchedResponse(HTTPResponse):
    """A response whose reads are watched."""

    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        watched: socket.socket = _WatchedSocket(sock)  # type: ignore[assignment]  # it only makes a file of it
        super().__init__(watched, debuglevel, method, url)


class _Body(httpx2.SyncByteStream):
    """A response's body, chunk by chunk; read to its end it frees the connection for the next call."""

    def __init__(
        self, transport: "WatchedTransport", connection: HTTPConnection, response: HTTPResponse
    ) -> None:
        self._transport = transport
        self._connection = connection
        self._response = response
        self._released = False

    def __iter__(self) -> Iterator[bytes]:
        with _our_errors():
            while data := self._response.read1(_READ_BYTES):
                yield data
        self._released = True
        # A body of a known length leaves the response open, and the connection waiting for it.
        self._response.close()
        self._transport.release(self._connection)

    def close(self) -> None:
        if not self._released:
            self._released = True
            self._response.close()
            self._connection.close()


class WatchedTransport(httpx2.BaseTransport):
    """Sends requests to one origin over kept-alive connections, for any number of threads.

    Failures are our own errors. An HTTPS proxy named by the environment is used.
    """

    def __init__(self, base_url: httpx2.URL) -> None:
        self._base_url = base_url
        self._ssl = httpx2.create_ssl_context() if base_url.scheme == "https" else None
        self._idle: deque[tuple[float, HTTPConnection]] = deque()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request and give the response with its body still to be read."""
        timeouts: dict[str, float] = request.extensions["timeout"]
        with _our_errors():
            connection = self._kept_alive() or self._connected(timeouts["connect"])
            try:
                response = _exchanged(connection, request, timeouts["write"])
            except BaseException:
                connection.close()
                raise
        return httpx2.Response(
            status_code=response.status,
            headers=response.getheaders(),
            stream=_Body(self, connection, response),
        )

    def release(self, connection: HTTPConnection) -> None:
        """Keep a connection whose response was read to its end."""
        now = time.monotonic()
        if connection.sock is not None:
            self._idle.append((now, connection))
        while self._idle and self._idle[0][0] < now - _KEEPALIVE_SECONDS:
            try:
                _, expired = self._idle.popleft()
            except IndexError:
                return
            expired.close()

    def close(self) -> None:
        """Close the connections nobody uses."""
        while self._idle:
            self._idle.pop()[1].close()

    def _kept_alive(self) -> HTTPConnection | None:
        while True:
            try:
                since, connection = self._idle.pop()
            except IndexError:
                return None
            if since >= time.monotonic() - _KEEPALIVE_SECONDS and not _has_hung_up(connection.sock):
                return connection
            connection.close()

    def _connected(self, timeout: float) -> HTTPConnection:
        connection = _connection(self._base_url, self._ssl, timeout)
        connection.response_class = _WatchedResponse
        try:
            connection.connect()
        except BaseException:
            connection.close()
            raise
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return connection


def _exchanged(connection: HTTPConnection, request: httpx2.Request, write_timeout: float) -> HTTPResponse:
    connection.sock.settimeout(write_timeout)
    target = request.url.raw_path.decode("ascii")
    connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in request.headers.raw:
        connection.putheader(name, value)
    connection.endheaders(request.read())
    return connection.getresponse()


def _has_hung_up(sock: socket.socket) -> bool:
    """An idle connection that has something to read has been closed by the other side."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


def _connection(url: httpx2.URL, context: ssl.SSLContext | None, timeout: float) -> HTTPConnection:
    if context is None:
        return HTTPConnection(url.host, url.port or 80, timeout=timeout)
    proxy = urllib.request.getproxies().get("https")
    if not proxy or urllib.request.proxy_bypass(url.host):
        return HTTPSConnection(url.host, url.port or 443, timeout=timeout, context=context)
    via = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    connection = HTTPSConnection(via.hostname or "", via.port or 80, timeout=timeout, context=context)
    credentials = f"{unquote(via.username or '')}:{unquote(via.password or '')}"
    authorization = {"Proxy-Authorization": f"Basic {b64encode(credentials.encode()).decode()}"}
    connection.set_tunnel(url.host, url.port or 443, headers=authorization if via.username else None)
    return connection
