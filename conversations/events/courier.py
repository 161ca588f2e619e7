"""Carries the events of every attempt of this process to Redis, in one round trip per round."""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from conversations.events.channel import Channel
from conversations.events.log import FIELD, KEPT, MOST_BATCHES, key_of

logger = logging.getLogger(__name__)

_ROUND = timedelta(milliseconds=50)
_PAUSE = timedelta(seconds=1)
# Nobody but the courier's own thread waits for Redis, so it may be patient.
_PATIENCE_SECONDS = 0.25
_LATE = "smaller"


@dataclass(frozen=True, slots=True)
class _Load:
    """A batch on its way."""

    channel: Channel
    entry_id: str
    encoded: bytes
    first: bool

    @property
    def commands(self) -> int:
        return 3 if self.first else 2

    def add_to(self, pipeline: Any) -> None:
        key = key_of(self.channel.job_id)
        pipeline.execute_command("XADD", key, "MAXLEN", "~", MOST_BATCHES, self.entry_id, FIELD, self.encoded)
        pipeline.execute_command("PUBLISH", key, self.encoded)
        if self.first:
            # Once for each attempt: it lasts for minutes, and the log is kept for longer.
            pipeline.execute_command("EXPIRE", key, int(KEPT.total_seconds()))


class Courier:
    """Fetches what the channels have to say, every 50 ms, and from one in a hurry at once.

    Attempts never wait for Redis, and a hundred of them cost one round trip. After a failure it
    pauses for a second; nothing is lost meanwhile, because channels keep what was not sent.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._channels: set[Channel] = set()
        self._hurried: set[Channel] = set()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._paused_until = 0.0
        self.failures = 0

    def open(self, job_id: UUID, attempt: int) -> Channel:
        """Give an attempt its channel; it must be closed."""
        channel = Channel(job_id, attempt, self)
        with self._lock:
            self._channels.add(channel)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="event-courier", daemon=True)
                self._thread.start()
            elif len(self._channels) == 1:
                self._wake.set()
        return channel

    def hurry(self, channel: Channel) -> None:
        """Go to this one now."""
        with self._lock:
            self._hurried.add(channel)
        self._wake.set()

    def leave(self, channel: Channel) -> None:
        """Forget a channel."""
        with self._lock:
            self._channels.discard(channel)
            self._hurried.discard(channel)

    def stop(self) -> None:
        """End the thread."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def deliver(self, *, hurried_only: bool = False) -> None:
        """Send what the channels have to say, or those of them that are in a hurry."""
        if time.monotonic() < self._paused_until:
            return
        with self._lock:
            channels = tuple(self._hurried if hurried_only else self._channels)
            self._hurried.clear()
        loads = [load for channel in channels if (load := self._load_of(channel)) is not None]
        if loads:
            self._send(loads)

    def _load_of(self, channel: Channel) -> _Load | None:
        batch = channel.outgoing()
        if batch is None:
            return None
        try:
            return _Load(channel, str(batch.last), batch.encoded(), first=batch.first == 1)
        except TypeError as error:
            # Half a character, for one. Readers find the gap, and the text in the row.
            self.failures += 1
            self.leave(channel)
            logger.warning("Events cannot be written down.", extra={"error": repr(error)})
            return None

    def _run(self) -> None:
        next_round = 0.0
        while not self._stopping:
            wait = max(next_round - time.monotonic(), 0.0) if self._channels else None
            self._wake.wait(wait)
            self._wake.clear()
            is_early = time.monotonic() < next_round
            self.deliver(hurried_only=is_early)
            if not is_early:
                next_round = time.monotonic() + _ROUND.total_seconds()

    def _send(self, loads: list[_Load]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for load in loads:
            load.add_to(pipeline)
        try:
            results = pipeline.execute(raise_on_error=False)
        except (RedisError, OSError) as error:
            self._pause(error)
            return
        replies = iter(results)
        for load in loads:
            result, *_ = islice(replies, load.commands)
            if isinstance(result, ResponseError) and _LATE not in str(result):
                self._pause(result)
            else:
                # An id that is too small was sent before, or belongs to an attempt that was overtaken.
                load.channel.sent()

    def _pause(self, error: Exception) -> None:
        self.failures += 1
        self._paused_until = time.monotonic() + _PAUSE.total_seconds()
        logger.warning("Events could not be sent.", extra={"error": repr(error)})


@cache
def courier() -> Courier:
    """Give this process's courier; it connects with the first event."""
    return Courier(
        Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=_PATIENCE_SECONDS,
            socket_connect_timeout=_PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
    )


def open_channel(job_id: UUID, attempt: int) -> Channel:
    """Open a channel of this process's courier."""
    return courier().open(job_id, attempt)
