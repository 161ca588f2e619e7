"""A local server that answers each request with the next reply it was given, and sees who hangs up."""

import argparse
import json
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from pathlib import Path
from types import TracebackType
from typing import Self

_HERE = Path(__file__).parent
_LOOK_EVERY_SECONDS = 0.01
_STATUS_LINE = b"HTTP/1.1 %d Replayed\r\n"


class HangUp:
    """The end of the connection in the middle of the answer."""


HANG_UP = HangUp()
Step = bytes | threading.Event | HangUp


def recording(name: str) -> bytes:
    """Read one recorded stream."""
    return (_HERE / f"{name}.sse").read_bytes()


def events_of(name: str) -> list[bytes]:
    """Read one recorded stream as its single events, as they left the provider."""
    return [event + b"\n\n" for event in recording(name).split(b"\n\n") if event.strip()]


def answer_stream(text: str, *, pieces: int = 8, model: str = "claude-sonnet-5-5") -> list[bytes]:
    """Make the events of an answer with this text, in the provider's order."""
    size = max(1, -(-len(text) // pieces))
    usage = {"input_tokens": 25, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 900}
    shell = {"id": "msg_01", "type": "message", "role": "assistant", "model": model, "content": []}
    block = {"index": 0, "content_block": {"type": "text", "text": ""}}
    deltas = [
        _event("content_block_delta", index=0, delta={"type": "text_delta", "text": text[at : at + size]})
        for at in range(0, len(text), size)
    ]
    return [
        _event(
            "message_start", message={**shell, "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
        ),
        _event("content_block_start", **block),
        _event("ping"),
        *deltas,
        _event("content_block_stop", index=0),
        _event(
            "message_delta",
            delta={"stop_reason": "end_turn", "stop_sequence": None},
            usage={**usage, "output_tokens": 77},
        ),
        _event("message_stop"),
    ]


def _event(name: str, **data: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, object]
    connection: int


@dataclass(frozen=True)
class _Reply:
    steps: Sequence[Step]
    status: int
    headers: Mapping[str, str]
    gap: float
    silent: bool


@dataclass
class ReplayServer:
    """Serves on a free port of the loopback while it is entered."""

    requests: list[Received] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    client_gone: threading.Event = field(default_factory=threading.Event)
    always: _Reply | None = None

    def __post_init__(self) -> None:
        """Take a port."""
        self._replies: deque[_Reply] = deque()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._connections: list[socket.socket] = []
        self._closing = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def will_stream(self, *steps: Step, gap: float = 0.0) -> None:
        """Answer the next request with an event stream, each step a chunk, `gap` seconds apart."""
        self._replies.append(_Reply(steps, 200, {"content-type": "text/event-stream"}, gap, silent=False))

    def will_always_stream(self, *steps: Step, gap: float = 0.0) -> None:
        """Answer every request beyond the script with this event stream."""
        self.always = _Reply(steps, 200, {"content-type": "text/event-stream"}, gap, silent=False)

    def will_answer(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        """Answer the next request with JSON."""
        told = {"content-type": "application/json", **(headers or {})}
        self._replies.append(_Reply([json.dumps(body).encode()], status, told, 0.0, silent=False))

    def will_hold(self, event: threading.Event) -> None:
        """Say nothing to the next request, not even a status, until the event is set."""
        self._replies.append(_Reply([event, HANG_UP], 200, {}, 0.0, silent=True))

    def hang_up_on_everyone(self) -> None:
        """Close the connections that are open, from this side."""
        for connection in self._connections:
            connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._connections:
            connection.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _start(self, run: object, *args: object) -> None:
        thread = threading.Thread(target=run, args=args, daemon=True)  # type: ignore[arg-type]  # any callable
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connections.append(connection)
            self._start(self._serve, connection, len(self._connections))

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            with connection, connection.makefile("rb") as incoming:
                while not self._closing.is_set():
                    line = incoming.readline()
                    if not line:
                        return
                    head = b"".join(iter(incoming.readline, b"\r\n"))
                    headers = {k.lower(): v for k, v in BytesHeaderParser().parsebytes(head).items()}
                    body = incoming.read(int(headers.get("content-length", 0)))
                    path = line.split()[1].decode()
                    self.requests.append(Received(path, headers, json.loads(body), number))
                    self.asked.set()
                    if not self._reply(connection):
                        return
        except OSError:
            self.client_gone.set()

    def _reply(self, connection: socket.socket) -> bool:
        reply = self._replies.popleft() if self._replies else self.always
        assert reply is not None, "A request came that the script does not answer."
        if not reply.silent:
            told = {**reply.headers, "transfer-encoding": "chunked"}
            head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
            connection.sendall(_STATUS_LINE % reply.status + head.encode() + b"\r\n")
        for step in reply.steps:
            match step:
                case bytes():
                    connection.sendall(b"%x\r\n%s\r\n" % (len(step), step))
                    if reply.gap:
                        time.sleep(reply.gap)
                case threading.Event():
                    if not self._hold(connection, step):
                        return False
                case HangUp():
                    return False
        connection.sendall(b"0\r\n\r\n")
        return True

    def _hold(self, connection: socket.socket, event: threading.Event) -> bool:
        while not event.wait(_LOOK_EVERY_SECONDS) and not self._closing.is_set():
            if select.select([connection], [], [], 0)[0] and not connection.recv(1, socket.MSG_PEEK):
                self.client_gone.set()
                return False
        return True


def main() -> None:
    """Serve one stream over and over, for measurements that must not share a process with the server."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--deltas", type=int, default=150)
    parser.add_argument("--gap", type=float, default=0.001)
    arguments = parser.parse_args()
    words = " ".join(f"word{number}" for number in range(arguments.deltas))
    text = json.dumps({"reply": words, "objective": None, "key_results": [], "user_intent": "asks"})
    with ReplayServer() as server:
        server.will_always_stream(*answer_stream(text, pieces=arguments.deltas), gap=arguments.gap)
        print(server.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
