"""Who waits for which job: one Redis subscription per process, fanned out in memory."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from conversations.streaming.ending import end
from conversations.streaming.subscription import subscription
from conversations.waiting import CHANNEL

logger = logging.getLogger(__name__)

FindEnded = Callable[[Collection[UUID]], Awaitable[frozenset[UUID]]]


class EndedHub:
    """Wakes waiting requests when their job ends.

    Redis is the quick way and may fail: every so often the database is asked about all awaited
    jobs at once, more often while Redis is away, so a lost announcement costs seconds at most.
    """

    def __init__(
        self,
        *,
        redis_url: str,
        find_ended: FindEnded,
        insurance: timedelta = timedelta(seconds=2),
        insurance_without_redis: timedelta = timedelta(milliseconds=250),
    ) -> None:
        self._redis_url = redis_url
        self._find_ended = find_ended
        self._insurance = insurance
        self._insurance_without_redis = insurance_without_redis
        self._awaited: defaultdict[UUID, set[Callable[[], None]]] = defaultdict(set)
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._look_now = asyncio.Event()
        self._closed = False
        self.subscribed = asyncio.Event()

    @contextlib.contextmanager
    def watch(self, job_id: UUID) -> Iterator[asyncio.Event]:
        """Give an event that is set when the job ends, or when the hub closes."""
        ended = asyncio.Event()
        with self.call(job_id, ended.set):
            yield ended

    @contextlib.contextmanager
    def call(self, job_id: UUID, tell: Callable[[], None]) -> Iterator[None]:
        """Call back, perhaps more than once, when the job ends, or when the hub closes."""
        self.start()
        if self._closed:
            tell()
        self._awaited[job_id].add(tell)
        try:
            yield
        finally:
            self._awaited[job_id].discard(tell)
            if not self._awaited[job_id]:
                del self._awaited[job_id]

    def start(self) -> None:
        """Begin to listen, in the running event loop; starting twice is starting once."""
        if not self._tasks and not self._closed:
            loop = asyncio.get_running_loop()
            self._tasks = (loop.create_task(self._listen()), loop.create_task(self._insure()))

    def release(self) -> None:
        """Let every waiting request go; from now on nobody waits."""
        self._closed = True
        for job_id in list(self._awaited):
            self.wake(job_id)

    async def close(self) -> None:
        """Stop listening."""
        self.release()
        await end(self._tasks)

    @property
    def awaited(self) -> frozenset[UUID]:
        """Give the jobs somebody waits for."""
        return frozenset(self._awaited)

    def wake(self, job_id: UUID) -> None:
        """Wake whoever waits for this job."""
        for tell in tuple(self._awaited.get(job_id, ())):
            tell()

    async def _listen(self) -> None:
        pause = 0.05
        while True:
            try:
                async with subscription(self._redis_url, CHANNEL) as subscribed:
                    pause = 0.05
                    await self._hear(subscribed)
            except (RedisError, OSError) as error:
                logger.warning(
                    "The announcements of ended jobs are interrupted.", extra={"error": repr(error)}
                )
            finally:
                self.subscribed.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _hear(self, subscribed: PubSub) -> None:
        async for message in subscribed.listen():
            if message["type"] == "subscribe":
                # Only now does Redis know us, after a break too: what was announced before is looked up.
                self.subscribed.set()
                self._look_now.set()
            elif message["type"] == "message":
                with contextlib.suppress(ValueError):
                    self.wake(UUID(message["data"].decode("ascii", "replace")))

    async def _insure(self) -> None:
        while True:
            length = self._insurance if self.subscribed.is_set() else self._insurance_without_redis
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(length.total_seconds()):
                    await self._look_now.wait()
            self._look_now.clear()
            if self._awaited:
                await self._look()

    async def _look(self) -> None:
        try:
            ended = await self._find_ended(tuple(self._awaited))
        except DatabaseError as error:
            logger.warning("Awaited jobs could not be looked up.", extra={"error": repr(error)})
            return
        for job_id in ended:
            self.wake(job_id)
