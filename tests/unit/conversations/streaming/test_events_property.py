"""Whatever dies, is lost or comes twice: each client reads a text that grows, and one end."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.events.log import Batch
from conversations.events.values import Closed, EventId, LoggedEvent, Over, Reset, Started, Token, Told
from conversations.streaming.ended import EndedHub
from conversations.streaming.follow import Asked, Follower
from conversations.streaming.hub import EventHub, Watcher
from conversations.streaming.reading import EndedJob
from conversations.values import JobStatus

JOB = uuid4()
TURNS = 30


class World:
    """One job: its attempts, the log they write, and the row."""

    def __init__(self) -> None:
        self.attempt = 0
        self.log: list[Batch] = []
        self.texts: list[str] = []
        self.zombie: tuple[int, int, int] | None = None
        self.row: EndedJob | None = None
        self.is_redis_up = True
        self.watchers: list[Watcher] = []
        self.callbacks: list[Callable[[], None]] = []
        self._number = 1
        self._pieces = itertools.count()
        self._unsent: list[LoggedEvent] = []

    # What the follower sees of the hubs.

    @contextlib.contextmanager
    def watch(self, job_id: UUID) -> Iterator[Watcher]:
        watcher = Watcher(job_id)
        self.watchers.append(watcher)
        if self.is_redis_up:
            watcher.look_at_log()
        try:
            yield watcher
        finally:
            self.watchers.remove(watcher)

    @contextlib.contextmanager
    def call(self, job_id: UUID, tell: Callable[[], None]) -> Iterator[None]:
        self.callbacks.append(tell)
        try:
            yield
        finally:
            self.callbacks.remove(tell)

    async def history(self, job_id: UUID, after: EventId | None = None) -> list[Batch] | None:
        await asyncio.sleep(0)
        if not self.is_redis_up:
            return None
        return [batch for batch in self.log if after is None or batch.last > after]

    async def read_row(self, job_id: UUID) -> EndedJob | None:
        await asyncio.sleep(0)
        return self.row

    # What happens.

    def begin(self) -> None:
        self.zombie = (self.attempt, self._number, len(self.texts) - 1) if self.attempt else None
        self.attempt += 1
        self._number, self._unsent = 1, []
        self.texts.append("")
        self.say([Started(self.attempt)])

    def write(self, pieces: int) -> None:
        if not self.attempt:
            return
        events = [Token(f"{self.attempt}.{next(self._pieces)} ") for _ in range(pieces)]
        self.texts[-1] += "".join(event.text for event in events)
        self.say(events)

    def start_over(self) -> None:
        if not self.attempt:
            return
        self.texts.append("")
        self.say([Reset(self.attempt)])

    def say(self, events: Sequence[LoggedEvent]) -> None:
        self._unsent += events
        if not self.is_redis_up or not self._unsent:
            return
        batch = Batch(self.attempt, self._number, tuple(self._unsent))
        self._number += len(self._unsent)
        self._unsent = []
        self.log.append(batch)
        self.publish(batch)

    def publish(self, batch: Batch) -> None:
        for watcher in self.watchers:
            watcher.put(batch)

    def speak_too_late(self) -> None:
        if self.zombie is not None:
            attempt, number, segment = self.zombie
            self.zombie = (attempt, number + 1, segment)
            self.texts[segment] += "too late "
            self.publish(Batch(attempt, number, (Token("too late "),)))

    def cut_redis(self) -> None:
        self.is_redis_up = False
        for watcher in self.watchers:
            watcher.taken()

    def mend_redis(self) -> None:
        self.is_redis_up = True
        for watcher in self.watchers:
            watcher.look_at_log()

    def flush(self) -> None:
        self.log.clear()

    def repeat(self) -> None:
        if self.log and self.is_redis_up:
            self.publish(self.log[-1])

    def end(self, status: JobStatus, *, is_closed: bool) -> None:
        text = self.texts[-1] if status in {JobStatus.SUCCEEDED, JobStatus.CANCELLED} and self.texts else ""
        self.row = EndedJob(JOB, status, self.attempt, text, b"{}")
        if is_closed and self.attempt:
            self.say([Closed()])

    def insure(self) -> None:
        for tell in tuple(self.callbacks):
            tell()


@dataclass(eq=False)
class Client:
    """A client that connects again from where it was cut off."""

    world: World
    received: list[Told] = field(default_factory=list)
    task: asyncio.Task[None] | None = None

    def connect(self) -> None:
        if self.ends or self.task is not None:
            return
        after = self.received[-1].id if self.received else None
        follower = Follower(
            events=cast("EventHub", self.world),
            ended=cast("EndedHub", self.world),
            read_row=self.world.read_row,
        )
        asked = Asked(JOB, after=after, is_over=self.world.row is not None)
        self.task = asyncio.ensure_future(self._read(follower, asked))

    async def _read(self, follower: Follower, asked: Asked) -> None:
        async for told in follower.follow(asked):
            self.received += told

    async def cut(self, lost: int) -> None:
        """Break the connection; the last events may never have arrived."""
        if self.task is None:
            return
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        self.task = None
        del self.received[max(len(self.received) - lost, 0) :]

    @property
    def ends(self) -> list[Told]:
        return [told for told in self.received if isinstance(told.event, Over)]

    def texts(self) -> Iterator[str]:
        """Give the text as it was after each event."""
        text = ""
        for told in self.received:
            match told.event:
                case Reset():
                    text = ""
                case Token(text=piece):
                    text += piece
            yield text


# Shared out by hand, so that most stories come to something: a text, a loss, a reconnection.
WEIGHTED = (
    *("write",) * 5,
    *("reconnect",) * 4,
    *("begin", "flush", "cut", "redis_cut", "redis_mend") * 2,
    *("late", "start_over", "repeat", "join"),
)
happenings = st.lists(
    st.tuples(st.sampled_from(WEIGHTED), st.integers(0, 4), st.sampled_from([10, 10, 3, 1, 0])),
    min_size=12,
    max_size=TURNS,
)
statuses = st.sampled_from([JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.SUPERSEDED])


async def happen(world: World, clients: list[Client], what: str, number: int) -> None:
    acts: dict[str, Callable[[], None]] = {
        "begin": world.begin,
        "late": world.speak_too_late,
        "redis_cut": world.cut_redis,
        "redis_mend": world.mend_redis,
        "flush": world.flush,
        "repeat": world.repeat,
        "write": lambda: world.write(number + 1),
        "start_over": world.start_over,
        "join": lambda: clients.append(Client(world)),
    }
    if what in {"cut", "reconnect"}:
        for client in clients:
            await client.cut(number)
    else:
        acts[what]()
    if what in {"join", "reconnect"}:
        for client in clients:
            client.connect()


async def lived(
    story: list[tuple[str, int, int]], status: JobStatus, *, is_closed: bool
) -> tuple[World, list[Client]]:
    world = World()
    world.begin()
    clients = [Client(world)]
    clients[0].connect()
    for what, number, turns in story:
        await happen(world, clients, what, number)
        for _ in range(turns):
            await asyncio.sleep(0)
    world.end(status, is_closed=is_closed)
    clients.append(Client(world))
    for client in clients:
        client.connect()
    for _ in range(8):
        await asyncio.sleep(0)
    world.insure()
    tasks = [client.task for client in clients if client.task is not None]
    await asyncio.wait_for(asyncio.gather(*tasks), 5)
    return world, clients


@given(happenings, statuses, st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_client_reads_a_growing_text_and_exactly_one_end(
    story: list[tuple[str, int, int]], status: JobStatus, is_closed: bool
) -> None:
    world, clients = asyncio.run(lived(story, status, is_closed=is_closed))

    assert world.row is not None
    for client in clients:
        ids = [told.id for told in client.received]
        assert ids == sorted(set(ids)), client.received
        assert [told.event.name for told in client.ends] == [status]
        assert isinstance(client.received[-1].event, Over)
        for text in client.texts():
            assert any(whole.startswith(text) for whole in ["", *world.texts]), (text, world.texts)
        if world.row.text:
            assert list(client.texts())[-1] == world.row.text
    assert (world.watchers, world.callbacks) == ([], [])
