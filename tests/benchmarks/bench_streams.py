"""How soon a client sees the first word, and what 500 open event streams cost one web process.

The provider's clock is a relay between worker and simulator, which notes when the first word of the
reply passes.
"""

import asyncio
import contextlib
import http.client
import json
import signal
import socket
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from conversations.llm.partial import ReplyText
from tests.acceptance.stack import RunningStack, running_stack
from tests.benchmarks.bench_service import KeptConnection
from tests.benchmarks.samples import Mark, Samples, percentile, report
from tests.simulators import started_simulator

FIRST_TOKENS = 60
STREAMS = 500
CALLS = 150
ENDS = (b"succeeded", b"failed", b"cancelled", b"superseded")
OPENING_AT_ONCE = 25


class Relay:
    """Passes bytes between worker and provider, and notes when a reply's first word came by."""

    def __init__(self, target: str) -> None:
        self.turn_to(target)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.first_words: list[float] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def turn_to(self, target: str) -> None:
        """Connect to this provider from now on."""
        parts = urllib.parse.urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                worker, _ = self._listener.accept()
                provider = socket.create_connection(self._target)
                for sock in (worker, provider):
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                heard = FirstWord(self.first_words)
                threading.Thread(target=_pump, args=(worker, provider, heard.ask), daemon=True).start()
                threading.Thread(target=_pump, args=(provider, worker, heard.hear), daemon=True).start()


class FirstWord:
    """Finds the first word of each reply in what the provider says on one connection."""

    def __init__(self, found: list[float]) -> None:
        self._found = found
        self._text = ReplyText()
        self._rest = b""
        self._listening = False

    def ask(self, data: bytes) -> None:
        """A question passes: the next answer begins."""
        if data.startswith(b"POST "):
            self._text, self._rest, self._listening = ReplyText(), b"", True

    def hear(self, data: bytes) -> None:
        """A piece of an answer passes."""
        if not self._listening:
            return
        now = time.perf_counter()
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            is_text = line.startswith(b"data: ") and b"text_delta" in line
            if is_text and self._text.feed(json.loads(line[6:])["delta"]["text"]):
                self._found.append(now)
                self._listening = False
                return


def _pump(source: socket.socket, sink: socket.socket, look: Callable[[bytes], None]) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
            look(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def relayed(target: str) -> Iterator[Relay]:
    """Run a relay."""
    relay = Relay(target)
    try:
        yield relay
    finally:
        relay.close()


def main() -> None:
    """Measure one stack."""
    with (
        started_simulator("--profile", "fast") as quick,
        started_simulator("--profile", "seed") as natural,
        relayed(quick.url) as relay,
        tempfile.TemporaryDirectory(prefix="okr-bench-") as folder,
        running_stack(
            Path(folder),
            worker_processes=1,
            worker_threads=100,
            JOB_LEASE_SECONDS="30",
            ANTHROPIC_API_KEY="bench",
            ANTHROPIC_BASE_URL=relay.url,
            RESPONSE_CACHE_MAX_ENTRIES="0",
        ) as stack,
    ):
        visible = Samples(tuple(_first_token(stack, relay) for _ in range(FIRST_TOKENS + 5))[5:])
        relay.turn_to(natural.url)
        crowd = _crowd(stack)
    report(
        "streams",
        {"first_token_visible": visible.as_json(), "crowd": crowd.as_json()},
        [
            Mark("first word visible after the provider sent it, p95", visible.p95, 60),
            Mark(f"memory per open stream, {STREAMS} streams", crowd.kilobytes_per_stream, 100, "KB"),
            Mark("API p95 beside open streams, over idle", crowd.quiet_p95 / crowd.idle_p95, 3, "×"),
            Mark("API p95 beside speaking streams, over idle", crowd.busy_p95 / crowd.idle_p95, 3, "×"),
            Mark("streams without exactly one end", STREAMS - crowd.ends.get(1, 0), 0, ""),
        ],
    )


def _first_token(stack: RunningStack, relay: Relay) -> float:
    """Give the milliseconds from the provider's first word to the client's."""
    job = stack.send(stack.open_session(), "We want customers to stay because support is quick.")
    parts = urllib.parse.urlsplit(stack.base_url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    connection.request("GET", f"/api/v1/jobs/{job}/events/", headers={"Authorization": f"Bearer {stack.key}"})
    seen = 0.0
    with connection.getresponse() as response:
        for line in response:
            if line == b"event: token\n" and not seen:
                seen = time.perf_counter()
    connection.close()
    return (seen - relay.first_words[-1]) * 1000


@dataclass
class Crowd:
    """What many open streams came to."""

    idle_p95: float
    quiet_p95: float = 0.0
    busy_p95: float = 0.0
    kilobytes_per_stream: float = 0.0
    ends: Counter[int] = field(default_factory=Counter)

    def as_json(self) -> dict[str, object]:
        """Give what a report needs."""
        return {
            "streams": STREAMS,
            "api_p95_ms": {"idle": self.idle_p95, "quiet": self.quiet_p95, "busy": self.busy_p95},
            "kilobytes_per_stream": self.kilobytes_per_stream,
            "ends_per_stream": {str(count): streams for count, streams in self.ends.items()},
        }


def _crowd(stack: RunningStack) -> Crowd:
    session = stack.open_session()
    crowd = Crowd(_api_p95(stack, session))
    # Jobs stay queued while the worker is stopped, so their streams stay open.
    stack.kill("worker-1", signal.SIGSTOP)
    jobs = [stack.send(stack.open_session(), f"Message {number}.") for number in range(STREAMS)]
    asyncio.run(_watch(stack, jobs[:50], stop=True))
    before = _memory(stack)
    watching = threading.Thread(target=lambda: crowd.ends.update(asyncio.run(_watch(stack, jobs))))
    watching.start()
    _until_open.wait(120)
    crowd.kilobytes_per_stream = round((_memory(stack) - before) / 1024 / STREAMS, 1)
    crowd.quiet_p95 = _api_p95(stack, session)
    stack.kill("worker-1", signal.SIGCONT)
    crowd.busy_p95 = _api_p95(stack, session)
    watching.join(300)
    return crowd


_until_open = threading.Event()


async def _watch(stack: RunningStack, jobs: list[str], *, stop: bool = False) -> Counter[int]:
    """Open a stream for each job and count the ends each one tells."""
    opened: list[str] = []
    gate = asyncio.Semaphore(OPENING_AT_ONCE)
    tasks = [asyncio.create_task(_one(stack, job, gate, opened)) for job in jobs]
    while len(opened) < len(jobs):
        await asyncio.sleep(0.05)
    if stop:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return Counter()
    _until_open.set()
    return Counter(await asyncio.gather(*tasks))


async def _one(stack: RunningStack, job: str, gate: asyncio.Semaphore, opened: list[str]) -> int:
    parts = urllib.parse.urlsplit(stack.base_url)
    async with gate:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(
            f"GET /api/v1/jobs/{job}/events/ HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Authorization: Bearer {stack.key}\r\n\r\n".encode()
        )
        await reader.readuntil(b"event: queued\n")
    opened.append(job)
    ends = 0
    try:
        while (line := await reader.readline()) not in {b"0\r\n", b""}:
            ends += line.startswith(b"event: ") and line[7:-1] in ENDS
    finally:
        writer.close()
    return ends


def _api_p95(stack: RunningStack, session: str) -> float:
    # The server closes a connection that was idle for long.
    client = KeptConnection(stack.base_url, stack.key)
    samples = Samples.of(lambda: client.call("GET", f"/api/v1/sessions/{session}/"), CALLS)
    return round(percentile(samples.values, 0.95), 3)


def _memory(stack: RunningStack) -> int:
    web = psutil.Process(stack.pid_of("web"))
    return sum(process.memory_info().rss for process in (web, *web.children(recursive=True)))


if __name__ == "__main__":
    main()
