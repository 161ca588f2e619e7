"""Who reads which job's log: one Redis subscription per process, fanned out in memory."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from conversations.events.log import (
    FIELD,
    Batch,
    UnreadableBatchError,
    batch_of,
    job_of_key,
    key_of,
)
from conversations.events.values import EventId
from conversations.streaming.ending import end
from conversations.streaming.subscription import subscription

logger = logging.getLogger(__name__)

_MOST_WAITING = 500
# Keeps the subscription alive while nobody watches.
_IDLE_CHANNEL = "okr:events-idle"
_HISTORY_CONNECTIONS = 2
_HISTORY_SECONDS = 1.0


class Watcher:
    """One client's inbox: batches as they come, and reasons to look elsewhere."""

    def __init__(self, job_id: UUID) -> None:
        self.job_id = job_id
        self.wake = asyncio.Event()
        self.stale = False
        self.over = False
        self.released = False
        self.overflowed = False
        self._batches: deque[Batch] = deque()

    def put(self, batch: Batch) -> None:
        """Take a batch; a client that does not keep up loses its place."""
        if len(self._batches) >= _MOST_WAITING:
            self.overflowed = True
        else:
            self._batches.append(batch)
        self.wake.set()

    def taken(self) -> list[Batch]:
        """Give what has come, and forget it."""
        batches = list(self._batches)
        self._batches.clear()
        return batches

    def look_at_log(self) -> None:
        """Say that batches may have been missed."""
        self.stale = True
        self.wake.set()

    def look_at_row(self) -> None:
        """Say that the job may be over."""
        self.over = True
        self.wake.set()

    def release(self) -> None:
        """Say that the server stops."""
        self.released = True
        self.wake.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for something to happen; tell whether it did in time."""
        try:
            async with asyncio.timeout(seconds):
                await self.wake.wait()
        except TimeoutError:
            return False
        self.wake.clear()
        return True


class EventHub:
    """Hands each batch to those who watch its job.

    Only watched jobs are subscribed to. Whoever begins to watch, and everybody after a break, is
    told to read the log once the subscription stands: what came before is in the log.
    """

    def __init__(self, *, redis_url: str) -> None:
        self._redis_url = redis_url
        self._watchers: dict[UUID, set[Watcher]] = {}
        self._subscribed: set[UUID] = set()
        self._changed = asyncio.Event()
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._history: Redis | None = None
        self._closed = False

    @contextlib.contextmanager
    def watch(self, job_id: UUID) -> Iterator[Watcher]:
        """Give an inbox for a job's batches."""
        self.start()
        watcher = Watcher(job_id)
        if self._closed:
            watcher.release()
        self._watchers.setdefault(job_id, set()).add(watcher)
        if job_id in self._subscribed:
            watcher.look_at_log()
        else:
            self._changed.set()
        try:
            yield watcher
        finally:
            others = self._watchers[job_id]
            others.discard(watcher)
            if not others:
                del self._watchers[job_id]
                self._changed.set()

    @property
    def watcher_count(self) -> int:
        """Count the clients that watch."""
        return sum(map(len, self._watchers.values()))

    async def history(self, job_id: UUID, after: EventId | None = None) -> list[Batch] | None:
        """Read a job's log, or what follows an event in it; None when Redis does not answer."""
        start = f"({after}" if after else "-"
        try:
            async with asyncio.timeout(_HISTORY_SECONDS):
                entries = await self._reader().xrange(key_of(job_id), min=start)
        except (RedisError, OSError) as error:
            logger.warning("A job's log could not be read.", extra={"error": repr(error)})
            return None
        _honour_cancellation()
        return _readable_of(entries)

    def start(self) -> None:
        """Begin to listen, in the running event loop; starting twice is starting once."""
        if not self._tasks and not self._closed:
            self._tasks = (asyncio.get_running_loop().create_task(self._listen()),)

    def release(self) -> None:
        """Let every client go; from now on nobody watches."""
        self._closed = True
        for watchers in self._watchers.values():
            for watcher in watchers:
                watcher.release()

    async def close(self) -> None:
        """Stop listening."""
        self.release()
        await end(self._tasks)
        if self._history is not None:
            await self._history.aclose()

    def _reader(self) -> Redis:
        if self._history is None:
            pool = BlockingConnectionPool.from_url(
                self._redis_url,
                max_connections=_HISTORY_CONNECTIONS,
                timeout=_HISTORY_SECONDS,
                socket_timeout=_HISTORY_SECONDS,
                socket_connect_timeout=_HISTORY_SECONDS,
                retry=Retry(NoBackoff(), 0),
            )
            self._history = Redis.from_pool(pool)
        return self._history

    async def _listen(self) -> None:
        pause = 0.05
        while True:
            try:
                async with subscription(self._redis_url, _IDLE_CHANNEL) as subscribed:
                    pause = 0.05
                    await self._serve(subscribed)
            except (RedisError, OSError) as error:
                logger.warning("The events of jobs are interrupted.", extra={"error": repr(error)})
            finally:
                self._subscribed.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

    async def _serve(self, subscribed: PubSub) -> None:
        self._changed.set()
        subscribing = asyncio.ensure_future(self._subscribe(subscribed))
        try:
            async for message in subscribed.listen():
                self._heard(message["type"], message["channel"], message["data"])
                if subscribing.done():
                    # Its error is the connection's.
                    subscribing.result()
        finally:
            await end([subscribing])

    async def _subscribe(self, subscribed: PubSub) -> None:
        wanted: set[UUID] = set()
        while True:
            await self._changed.wait()
            self._changed.clear()
            watched = set(self._watchers)
            if unwatched := wanted - watched:
                self._subscribed -= unwatched
                await subscribed.unsubscribe(*map(key_of, unwatched))
            if added := watched - wanted:
                await subscribed.subscribe(*map(key_of, added))
            wanted = watched

    def _heard(self, kind: str, channel: bytes, data: bytes) -> None:
        job_id = job_of_key(channel.decode("ascii", "replace"))
        if job_id is None:
            return
        watchers = self._watchers.get(job_id, ())
        match kind:
            case "message":
                if watchers and (batch := _readable(data)) is not None:
                    for watcher in watchers:
                        watcher.put(batch)
            case "subscribe":
                self._subscribed.add(job_id)
                for watcher in watchers:
                    watcher.look_at_log()


def _readable_of(entries: Any) -> list[Batch]:
    # The client's answers have as many types as it has protocols.
    found = (_readable(fields.get(FIELD)) for _, fields in entries)
    return [batch for batch in found if batch is not None]


def _readable(stored: bytes | None) -> Batch | None:
    try:
        return batch_of(stored or b"")
    except UnreadableBatchError:
        logger.warning("An entry of a job's log is not readable.")
        return None


def _honour_cancellation() -> None:
    """Raise what may have been swallowed on the way.

    redis-py sends through `asyncio.wait_for`, which before Python 3.12 forgets a cancellation that
    comes in the moment the sending ends. A client that left just then was served for ever.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
