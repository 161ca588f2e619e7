"""The hub on a real Redis."""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Coroutine
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from redis import Redis

from conversations.streaming.ended import EndedHub
from conversations.waiting import Announcer
from tests.subscriptions import cut_subscriptions

JOB = uuid4()
NEVER = timedelta(hours=1)
PATIENCE = 10.0


class Database:
    """Knows which jobs have ended."""

    def __init__(self) -> None:
        self.ended: set[UUID] = set()
        self.asked_for: list[frozenset[UUID]] = []

    async def find_ended(self, job_ids: Collection[UUID]) -> frozenset[UUID]:
        self.asked_for.append(frozenset(job_ids))
        return frozenset(self.ended & set(job_ids))


def run(scenario: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))


def a_hub(database: Database, *, url: str = "", insurance: timedelta = NEVER) -> EndedHub:
    return EndedHub(
        redis_url=url or settings.REDIS_URL,
        find_ended=database.find_ended,
        insurance=insurance,
        insurance_without_redis=timedelta(milliseconds=10),
    )


def test_an_announcement_wakes_everybody_who_waits_for_that_job_and_nobody_else(broker: Redis) -> None:
    async def scenario() -> None:
        hub = a_hub(Database())
        with hub.watch(JOB) as one, hub.watch(JOB) as two, hub.watch(uuid4()) as other:
            await hub.subscribed.wait()
            await asyncio.to_thread(Announcer(broker).announce, JOB)

            await one.wait()
            await two.wait()

            assert not other.is_set()
        assert hub.awaited == frozenset()
        await hub.close()

    run(scenario)


def test_a_lost_announcement_is_made_good_by_one_look_at_the_database_for_all(broker: Redis) -> None:
    async def scenario() -> None:
        database = Database()
        others = {uuid4() for _ in range(3)}
        hub = a_hub(database, insurance=timedelta(milliseconds=20))
        with contextlib.ExitStack() as waiting, hub.watch(JOB) as ended:
            for other in others:
                waiting.enter_context(hub.watch(other))
            database.ended = {JOB}

            await ended.wait()

            assert database.asked_for[-1] == {JOB} | others
        await hub.close()

    run(scenario)


def test_without_redis_the_database_alone_is_enough() -> None:
    async def scenario() -> None:
        database = Database()
        database.ended = {JOB}
        hub = a_hub(database, url="redis://127.0.0.1:1/0")
        with hub.watch(JOB) as ended:
            await ended.wait()

            assert not hub.subscribed.is_set()
        await hub.close()

    run(scenario)


def test_the_hub_comes_back_after_its_connection_was_cut(broker: Redis) -> None:
    async def scenario() -> None:
        hub = a_hub(Database())
        with hub.watch(JOB) as ended:
            await hub.subscribed.wait()
            await asyncio.to_thread(cut_subscriptions, broker)

            # What is announced in the gap is lost.
            while not ended.is_set():
                await asyncio.to_thread(Announcer(broker).announce, JOB)
                await asyncio.sleep(0)
        await hub.close()

    run(scenario)


def test_a_closed_hub_holds_nobody(broker: Redis) -> None:
    async def scenario() -> None:
        hub = a_hub(Database())
        with hub.watch(JOB) as ended:
            await hub.close()

            assert ended.is_set()
        with hub.watch(JOB) as later:
            assert later.is_set()

    run(scenario)


def test_an_announcer_without_redis_keeps_silent_instead_of_trying_each_time() -> None:
    announcer = Announcer(Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.01))

    assert [announcer.announce(JOB) for _ in range(5)] == [False] * 5
    assert announcer.failures == 1


@pytest.mark.django_db
def test_the_database_names_the_jobs_that_are_over_or_gone() -> None:
    from conversations.selectors import ended_among
    from conversations.values import JobStatus
    from tests.builders import a_job

    over, running, gone = a_job(status=JobStatus.FAILED).pk, a_job(status=JobStatus.RUNNING).pk, uuid4()

    assert ended_among([over, running, a_job().pk, gone]) == {over, gone}
