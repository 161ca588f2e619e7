"""Hear at once that a running job is to stop; without Redis the lease keeper hears it a second later."""

import contextlib
import logging
import threading
from collections.abc import Callable
from uuid import UUID

from django.db import DatabaseError, connection
from redis import Redis
from redis.exceptions import RedisError

from conversations.waiting import STOP_CHANNEL

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 1.0


class StopListener(threading.Thread):
    """Looks at a job's row whenever somebody says that the job was stopped."""

    def __init__(self, redis: Redis, look: Callable[[UUID], None]) -> None:
        super().__init__(name="stop-listener", daemon=True)
        self._redis = redis
        self._look = look
        self._stopping = threading.Event()
        self.listening = threading.Event()

    def run(self) -> None:
        """Listen until told to stop."""
        while not self._stopping.is_set():
            try:
                self._listen()
            except (RedisError, OSError, ValueError):
                # A connection that is closed under its reader fails in more ways than one.
                self.listening.clear()
                self._stopping.wait(_PAUSE_SECONDS)

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._redis.close()

    def _listen(self) -> None:
        with self._redis.pubsub() as subscription:  # type: ignore[no-untyped-call]  # the client leaves it untyped
            subscription.subscribe(STOP_CHANNEL)
            while not self._stopping.is_set():
                message = subscription.get_message(timeout=None)
                if message is None:
                    continue
                if message["type"] == "subscribe":
                    self.listening.set()
                elif message["type"] == "message":
                    self._heard(message["data"])

    def _heard(self, data: bytes) -> None:
        with contextlib.suppress(ValueError):
            job_id = UUID(data.decode("ascii", "replace"))
            try:
                self._look(job_id)
            except DatabaseError as error:
                logger.warning("A job to be stopped could not be read.", extra={"error": repr(error)})
            finally:
                connection.close()
