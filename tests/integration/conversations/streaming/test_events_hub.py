"""The reading half while Redis, clients and workers misbehave."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Collection, Coroutine
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from redis import Redis

from conversations.events.courier import Courier
from conversations.events.log import Batch, key_of
from conversations.events.stops import StopListener
from conversations.events.values import Closed, Started, Step, Token, Told
from conversations.llm.scripted import ScriptedClaude
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.services import cancel_job
from conversations.streaming.ended import EndedHub
from conversations.streaming.follow import Asked, Follower, TooSlowError
from conversations.streaming.hub import EventHub
from conversations.streaming.reading import EndedJob
from conversations.values import JobStatus
from tests.builders import a_job
from tests.streams import elsewhere
from tests.subscriptions import cut_subscriptions

NOWHERE = "redis://127.0.0.1:1/0"
JOB = uuid4()


class Reader:
    """One client of a follower, with hubs of its own."""

    def __init__(self, url: str = "") -> None:
        self.url = url or settings.REDIS_URL
        self.row: EndedJob | None = None
        self.told: list[Told] = []
        self.changed = asyncio.Event()
        self.events = EventHub(redis_url=self.url)
        self.ended = EndedHub(
            redis_url=self.url,
            find_ended=self.find_ended,
            insurance=timedelta(milliseconds=20),
            insurance_without_redis=timedelta(milliseconds=20),
        )

    async def find_ended(self, job_ids: Collection[UUID]) -> frozenset[UUID]:
        return frozenset(job_ids) if self.row else frozenset()

    async def read_row(self, job_id: UUID) -> EndedJob | None:
        return self.row

    async def read(self) -> None:
        follower = Follower(events=self.events, ended=self.ended, read_row=self.read_row)
        async for told in follower.follow(Asked(JOB)):
            self.told += told
            self.changed.set()

    async def until(self, name: str) -> None:
        while name not in self.names():
            await self.changed.wait()
            self.changed.clear()

    def names(self) -> list[str]:
        return [one.event.name for one in self.told]

    async def close(self) -> None:
        await self.events.close()
        await self.ended.close()


def run(scenario: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 60))


def an_end(text: str) -> EndedJob:
    return EndedJob(JOB, JobStatus.SUCCEEDED, 1, text, b"{}")


def write(broker: Redis, batch: Batch, *, publish: bool = True) -> None:
    broker.xadd(key_of(JOB), {b"b": batch.encoded()}, id=str(batch.last))
    if publish:
        broker.publish(key_of(JOB), batch.encoded())


def test_without_redis_a_client_hears_the_reply_and_its_end_from_the_row() -> None:
    async def scenario() -> None:
        reader = Reader(NOWHERE)
        reading = asyncio.create_task(reader.read())
        await reader.until("queued")
        reader.row = an_end("All of it.")
        await reading
        await reader.close()
        assert reader.names() == ["queued", "token", "succeeded"]

    run(scenario)


def test_what_was_said_while_the_subscription_was_cut_is_read_from_the_log(broker: Redis) -> None:
    async def scenario() -> None:
        reader = Reader()
        reading = asyncio.create_task(reader.read())
        await reader.until("queued")
        write(broker, Batch(1, 1, (Started(1),)))
        await reader.until("started")
        cut_subscriptions(broker)
        write(broker, Batch(1, 2, (Token("Unheard."),)), publish=False)
        await reader.until("token")
        write(broker, Batch(1, 3, (Closed(),)))
        reader.row = an_end("Unheard.")
        await reading
        await reader.close()
        assert reader.names() == ["queued", "started", "token", "succeeded"]
        assert str(reader.told[-1].id) == "1-3"

    run(scenario)


def test_a_batch_that_was_not_heard_is_found_by_its_gap(broker: Redis) -> None:
    async def scenario() -> None:
        reader = Reader()
        reading = asyncio.create_task(reader.read())
        write(broker, Batch(1, 1, (Started(1),)))
        await reader.until("started")
        write(broker, Batch(1, 2, (Token("one "),)), publish=False)
        write(broker, Batch(1, 3, (Step("last", 1.0),)))
        await reader.until("step")
        reader.row = an_end("one ")
        await reading
        await reader.close()
        assert reader.names() == ["queued", "started", "token", "step", "succeeded"]

    run(scenario)


def test_a_client_that_does_not_read_loses_its_place_and_nothing_else(broker: Redis) -> None:
    async def scenario() -> None:
        reader = Reader()
        follower = Follower(events=reader.events, ended=reader.ended, read_row=reader.read_row)
        happenings = follower.follow(Asked(JOB))
        assert [one.event.name for one in await anext(happenings)] == ["queued"]
        (watcher,) = reader.events._watchers[JOB]
        for number in range(1, 1000):
            watcher.put(Batch(1, number, (Step("s", 1.0),)))
        with pytest.raises(TooSlowError):
            await anext(happenings)
        assert reader.events.watcher_count == 0
        await reader.close()

    run(scenario)


@pytest.mark.django_db(transaction=True)
def test_a_worker_without_redis_answers_all_the_same(ports: Ports, claude: ScriptedClaude) -> None:
    courier = Courier(Redis.from_url(NOWHERE))
    job = a_job()
    claude.will_say("All the same.")

    run_job(job.pk, replace(ports, open_channel=courier.open))
    courier.stop()

    job.refresh_from_db()
    assert job.status == JobStatus.SUCCEEDED
    assert courier.failures > 0


@pytest.mark.django_db(transaction=True)
def test_a_stop_reaches_the_worker_without_waiting_for_its_round(
    speaking: Ports, claude: ScriptedClaude, broker: Redis
) -> None:
    # The lease keeper of these ports makes its round once an hour.
    listener = StopListener(Redis.from_url(settings.REDIS_URL), speaking.leases.look)
    job = a_job()
    claude.will_say("Half ", threading.Event())

    async def scenario() -> None:
        listener.start()
        await asyncio.to_thread(listener.listening.wait, 10)
        working = asyncio.create_task(elsewhere(run_job, job.pk, speaking))
        await asyncio.to_thread(claude.wait_until_asked)
        await elsewhere(cancel_job, job.pk, user=job.user)
        await working

    run(scenario)
    listener.stop()
    job.refresh_from_db()
    assert (job.status, job.partial_text) == (JobStatus.CANCELLED, "Half ")


class Forgetful:
    """A client that takes being cancelled for an answer, as `asyncio.wait_for` sometimes makes it."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def xrange(self, _key: str, **_: object) -> list[object]:
        self.asked.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return []

    async def aclose(self) -> None:
        pass


def test_a_client_that_leaves_while_the_log_is_read_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        hub, forgetful = EventHub(redis_url=NOWHERE), Forgetful()
        monkeypatch.setattr(hub, "_history", forgetful)
        reading = asyncio.create_task(hub.history(JOB))
        await forgetful.asked.wait()
        reading.cancel()

        with pytest.raises(asyncio.CancelledError):
            await reading

    run(scenario)
