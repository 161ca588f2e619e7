"""Where connections go."""

import asyncio
import os
import signal

from conversations.streaming.front import Front, Lanes
from conversations.streaming.wire import Answer, Message, Receive, Scope, Send


class Part:
    """A watcher that writes down what happens to it."""

    def __init__(self) -> None:
        self.story: list[str] = []
        self.released = asyncio.Event()

    def start(self) -> None:
        self.story.append("started")

    def release(self) -> None:
        self.story.append("released")
        self.released.set()

    async def close(self) -> None:
        self.story.append("closed")


class Site:
    """An application that keeps the scope it saw."""

    def __init__(self) -> None:
        self.scope: Scope = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        await Answer(200, (), b"").send_to(send)


def serve(scope: Scope, *incoming: Message) -> tuple[Site, list[Message]]:
    site, waiting, sent = Site(), list(incoming), []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def connect() -> None:
        await Front(http=site, watchers=[])(scope, receive, send)

    asyncio.run(connect())
    return site, sent


def test_a_header_with_an_underscore_cannot_pass_for_another() -> None:
    headers = [(b"x-forwarded-proto", b"http"), (b"x_forwarded_proto", b"https")]

    site, _ = serve({"type": "http", "headers": headers, "query_string": b""})

    assert site.scope["headers"] == [(b"x-forwarded-proto", b"http")]


def test_a_query_that_is_not_ascii_is_escaped() -> None:
    site, _ = serve({"type": "http", "headers": [], "query_string": "search=é&a=%20+b".encode()})

    assert site.scope["query_string"] == b"search=%C3%A9&a=%20+b"


def test_a_websocket_nobody_serves_is_refused_before_it_opens() -> None:
    _, sent = serve({"type": "websocket"}, {"type": "websocket.connect"})

    assert [one["type"] for one in sent] == ["websocket.close"]


def test_an_address_with_a_lane_of_its_own_does_not_meet_the_others() -> None:
    others, health = Site(), Site()
    lanes = Lanes(others=others, lanes={"/health/": health})

    async def ask() -> None:
        for path in ("/health/live", "/api/v1/"):
            await lanes({"type": "http", "path": path}, nothing, ignore)

    asyncio.run(ask())

    assert (health.scope["path"], others.scope["path"]) == ("/health/live", "/api/v1/")


async def nothing() -> Message:
    return {"type": "http.request", "body": b""}


async def ignore(_: Message) -> None:
    """Receive and forget."""


def test_waiting_requests_are_released_by_the_signal_and_before_the_server_has_stopped() -> None:
    part, sent = Part(), []
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    passed_on = []

    async def live() -> None:
        incoming: asyncio.Queue[Message] = asyncio.Queue()

        async def send(message: Message) -> None:
            sent.append(message["type"])
            if message["type"] == "lifespan.startup.complete":
                os.kill(os.getpid(), signal.SIGTERM)
                await part.released.wait()
                incoming.put_nowait({"type": "lifespan.shutdown"})

        incoming.put_nowait({"type": "lifespan.startup"})
        await Front(http=Site(), watchers=[part])({"type": "lifespan"}, incoming.get, send)

    try:
        signal.signal(signal.SIGTERM, lambda *_: passed_on.append("server's own"))
        asyncio.run(live())
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert part.story == ["started", "released", "closed"]
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert passed_on == ["server's own"]
