"""Tell waiting clients that a job has ended, and workers to stop; hints only: both also ask the database."""

import logging
import threading
import time
from functools import cache
from uuid import UUID

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

CHANNEL = "okr:job-ended"
STOP_CHANNEL = "okr:job-stop"
STILL_OPEN_HEADER = "X-Okr-Job-Open"
# A server that is gone refuses at once; one that answers may be late on a busy machine, and every end that
# is not announced costs whoever waits for it a second.
_BUDGET_SECONDS = 0.1
_PAUSE_SECONDS = 1.0


class Announcer:
    """Publishes the ids of ended jobs; after a failure it keeps silent for a second.

    A caller loses at most the budget, and at most once a second, however dead Redis is.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._silent_until = 0.0
        self._lock = threading.Lock()
        self.failures = 0

    def announce(self, job_id: UUID, channel: str = CHANNEL) -> bool:
        """Publish one id; say whether Redis took it."""
        if time.monotonic() < self._silent_until:
            return False
        try:
            self._redis.publish(channel, str(job_id))
        except (RedisError, OSError) as error:
            self._fall_silent(error)
            return False
        return True

    def _fall_silent(self, error: Exception) -> None:
        with self._lock:
            self.failures += 1
            self._silent_until = time.monotonic() + _PAUSE_SECONDS
        logger.warning("What became of a job was not announced.", extra={"error": repr(error)})


@cache
def announcer() -> Announcer:
    """Give this process's announcer; it connects with the first announcement."""
    return Announcer(
        Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=_BUDGET_SECONDS,
            socket_connect_timeout=_BUDGET_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
    )


def announce_ended(job_id: UUID) -> None:
    """Wake whoever waits for this job, in every process; call it after the commit."""
    announcer().announce(job_id)


def announce_stop(job_id: UUID) -> None:
    """Have the worker that holds this job look at its row now; call it after the commit."""
    announcer().announce(job_id, STOP_CHANNEL)
