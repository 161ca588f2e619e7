"""Tell the workers about queued jobs and due webhooks; a hint only, since the row is the promise.

A hint that cannot be sent is not an error: the reaper sends it later.
"""

import logging
import threading
import time
from datetime import timedelta
from uuid import UUID

from amqp import ChannelError
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from conversations.crash_points import CrashPoint, crash_point
from conversations.sql import rows
from conversations.values import Priority

logger = logging.getLogger(__name__)

PROCESS_JOB = "conversations.process_job"
DELIVER_WEBHOOKS = "conversations.deliver_webhooks"
SYSTEM_QUEUE = "system"
# The sweep has hinted again by then.
_DELIVERY_HINT_EXPIRY = timedelta(seconds=30)
RUN_SHADOW = "conversations.run_shadow"
# Compared with an answer of an hour ago, a candidate says little of today.
SHADOW_EXPIRY = timedelta(hours=1)
_SHADOW_LATER = timedelta(seconds=5)
WARM_UP = "conversations.warm_up_cache"
# Later than that the cache has filled by itself.
_WARM_UP_EXPIRES = timedelta(minutes=10)
_NEXT = """
    UPDATE conversations_job AS job SET is_head = true
      FROM (SELECT id, status FROM conversations_job
             WHERE session_id = %(session)s AND status IN ('queued', 'running')
             ORDER BY turn LIMIT 1) AS first
     WHERE job.id = first.id AND first.status = 'queued' AND job.status = 'queued'
 RETURNING job.id, job.priority
"""


class _Pause:
    """Stops sending for a moment after a failure, so that a dead broker does not slow every caller."""

    def __init__(self, length: timedelta) -> None:
        self._length = length.total_seconds()
        self._until = 0.0
        self._lock = threading.Lock()

    def is_on(self) -> bool:
        return time.monotonic() < self._until

    def begin(self) -> None:
        with self._lock:
            self._until = time.monotonic() + self._length


_pause = _Pause(timedelta(seconds=1))


def send_job(job_id: UUID, *, queue: str, delay: timedelta = timedelta(0)) -> bool:
    """Send one hint; say whether the broker took it."""
    taken = _send(PROCESS_JOB, job_id, queue=queue, delay=delay, expires=settings.JOB_EXPIRY)
    if taken:
        crash_point(CrashPoint.AFTER_SEND)
    return taken


def send_delivery(endpoint_id: UUID) -> bool:
    """Hint that an endpoint's webhooks are due; say whether the broker took it.

    Before answers, since a hint is short work and the claim bounds how many slots receivers can hold.
    """
    return _send(DELIVER_WEBHOOKS, endpoint_id, queue=SYSTEM_QUEUE, expires=_DELIVERY_HINT_EXPIRY)


def send_shadow(run_id: int, *, is_later: bool = False) -> bool:
    """Hint that a candidate may answer unseen, after everybody who waits; say whether it was taken."""
    delay = _SHADOW_LATER if is_later else timedelta(0)
    return _send(RUN_SHADOW, run_id, queue=Priority.BULK, expires=SHADOW_EXPIRY, delay=delay)


def _send(
    task: str, about: UUID | int, *, queue: str, expires: timedelta, delay: timedelta = timedelta(0)
) -> bool:
    if _pause.is_on():
        return False
    try:
        current_app.send_task(
            task,
            args=[str(about)],
            queue=queue,
            countdown=delay.total_seconds() or None,
            expires=expires.total_seconds(),
            retry=False,
        )
    except (OperationalError, RedisError, OSError) as error:
        _pause.begin()
        facts = {"task": task, "about": str(about), "error": repr(error)}
        logger.warning("The broker did not take a hint.", extra=facts)
        return False
    return True


def hints_waiting(queue: str) -> int:
    """Count the hints that no worker has taken yet; none where the broker does not say."""
    try:
        with current_app.connection_or_acquire() as connection:
            declared = connection.default_channel.queue_declare(queue, passive=True)
            return int(declared.message_count)
    except (ChannelError, OperationalError, RedisError, OSError):
        # A queue without a hint is one that does not exist.
        return 0


def send_warm_up() -> bool:
    """Have the most used openings answered beforehand, by whoever has nothing better to do."""
    try:
        current_app.send_task(
            WARM_UP, queue=Priority.BULK, expires=_WARM_UP_EXPIRES.total_seconds(), retry=False
        )
    except (OperationalError, RedisError, OSError) as error:
        # Only speed is lost: the first who ask wait for the model.
        logger.warning("The broker did not take the warm-up.", extra={"error": repr(error)})
        return False
    return True


def send_next(session_id: UUID) -> None:
    """Put the session's next job in the line of those that may be claimed, and send its hint."""
    for job_id, queue in rows(_NEXT, session=session_id):
        send_job(job_id, queue=queue)
