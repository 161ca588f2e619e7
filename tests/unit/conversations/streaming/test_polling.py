"""Waiting for a job without a thread."""

import asyncio
from collections.abc import Collection
from uuid import UUID, uuid4

import pytest

from conversations.streaming.ended import EndedHub
from conversations.streaming.polling import WaitingPoll
from conversations.streaming.wire import Message, Receive, Scope, Send
from conversations.waiting import STILL_OPEN_HEADER

JOB = uuid4()
MARK = STILL_OPEN_HEADER.lower().encode()


class Server:
    """An application that says the job is open until it is told otherwise."""

    def __init__(self) -> None:
        self.open = True
        self.methods: list[str] = []
        self.was_asked = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.methods.append(scope["method"])
        marked = self.open and scope["method"] == "HEAD"
        headers = [(b"content-type", b"application/json"), *([(MARK, b"1")] if marked else [])]
        body = b"open" if self.open else b"over"
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        self.was_asked.set()


class Client:
    """What one client received, and whether it has hung up."""

    def __init__(self) -> None:
        self.received: list[Message] = []
        self.hung_up = asyncio.Event()

    async def receive(self) -> Message:
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.received.append(message)

    @property
    def body(self) -> bytes:
        return b"".join(one.get("body", b"") for one in self.received)


class Known(EndedHub):
    """A hub without Redis: the test ends the jobs."""

    def __init__(self) -> None:
        super().__init__(redis_url="redis://127.0.0.1:1/0", find_ended=self._none)

    async def _none(self, job_ids: Collection[UUID]) -> frozenset[UUID]:
        return frozenset()

    def start(self) -> None:
        """Listen to nobody."""


def poll(path: str = f"/api/v1/jobs/{JOB}/", query: str = "wait=20", method: str = "GET") -> Scope:
    return {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": []}


def test_an_open_job_is_asked_about_again_when_it_ends() -> None:
    async def scenario() -> None:
        server, hub, client = Server(), Known(), Client()
        request = asyncio.create_task(WaitingPoll(server, hub)(poll(), client.receive, client.send))
        await server.was_asked.wait()
        server.open = False

        hub.wake(JOB)
        await request

        assert client.body == b"over"
        assert server.methods == ["HEAD", "GET"]

    asyncio.run(scenario())


def test_a_job_that_is_over_is_answered_at_once() -> None:
    async def scenario() -> None:
        server, client = Server(), Client()
        server.open = False

        await WaitingPoll(server, Known())(poll(), client.receive, client.send)

        assert (client.body, server.methods) == (b"over", ["HEAD", "GET"])

    asyncio.run(scenario())


def test_when_time_is_up_the_job_is_shown_as_it_is_without_the_private_mark() -> None:
    async def scenario() -> None:
        server, client = Server(), Client()

        await WaitingPoll(server, Known())(poll(query="wait=0.01"), client.receive, client.send)

        assert (client.body, server.methods) == (b"open", ["HEAD", "GET"])
        assert MARK not in dict(client.received[0]["headers"])

    asyncio.run(scenario())


def test_a_client_that_hangs_up_ends_the_wait() -> None:
    async def scenario() -> None:
        server, hub, client = Server(), Known(), Client()
        request = asyncio.create_task(WaitingPoll(server, hub)(poll(), client.receive, client.send))
        await server.was_asked.wait()

        client.hung_up.set()
        await request

        assert client.received == []
        assert server.methods == ["HEAD"]
        assert hub.awaited == frozenset()

    asyncio.run(scenario())


def test_a_job_that_ends_between_question_and_wait_is_not_missed() -> None:
    async def scenario() -> None:
        hub, client = Known(), Client()

        class EndsMeanwhile(Server):
            async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
                await super().__call__(scope, receive, send)
                self.open = False
                hub.wake(JOB)

        await WaitingPoll(EndsMeanwhile(), hub)(poll(), client.receive, client.send)

        assert client.body == b"over"

    asyncio.run(scenario())


def test_a_server_that_stops_lets_pollers_go() -> None:
    async def scenario() -> None:
        server, hub, client = Server(), Known(), Client()
        request = asyncio.create_task(WaitingPoll(server, hub)(poll(), client.receive, client.send))
        await server.was_asked.wait()

        hub.release()
        await request
        later = Client()
        await WaitingPoll(server, hub)(poll(), later.receive, later.send)

        assert client.body == later.body == b"open"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "scope",
    [
        poll(query=""),
        poll(query="wait=0"),
        poll(query="wait=-1"),
        poll(query="wait=soon"),
        poll(method="POST"),
        poll(path=f"/api/v1/jobs/{JOB}/cancel/"),
        poll(path="/api/v1/jobs/1/"),
    ],
)
def test_any_other_request_passes_through_untouched(scope: Scope) -> None:
    async def scenario() -> None:
        server, client = Server(), Client()

        await WaitingPoll(server, Known())(scope, client.receive, client.send)

        assert server.methods == [scope["method"]]

    asyncio.run(scenario())
