"""What a worker does by itself: it sweeps now and then, and takes due jobs that no hint has brought.

The row is the promise and the hint only speed, so an outage of the broker costs each message the wait
for the next look. While the broker takes hints, only what is overdue is taken, and only into free slots:
its hint was lost, or whoever should read it is still finding its way back to the broker. Whoever looks
takes a job by the same conditional claim, so no job runs twice. Beat sweeps sooner, but beat keeps a
calendar: a clock set back makes it wait until the old time comes again.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, connection

from conversations.metrics import count_standby
from conversations.reaper import CLAIMABLE, reap
from conversations.sql import rows

logger = logging.getLogger(__name__)

LOOK_EVERY = timedelta(milliseconds=500)
# Within the promise of recovery; with the broker away nobody sweeps sooner.
SWEEP_EVERY = timedelta(seconds=10)
SWEEP_EVERY_ALONE = timedelta(seconds=3)
# A hint is much quicker; the promise of recovery leaves room for a second look.
OVERDUE = timedelta(seconds=3)
_DUE = f"""
    SELECT job.id {CLAIMABLE}
       AND job.available_at <= statement_timestamp() - make_interval(secs => %(overdue)s)
     ORDER BY job.available_at, job.created_at LIMIT %(most)s
"""


class Standby(threading.Thread):
    """Looks for due jobs that no hint brings, until it is told to stop."""

    def __init__(
        self,
        work: Callable[[UUID], None],
        *,
        broker_takes: Callable[[], bool],
        room: Callable[[], int],
        slots: int,
    ) -> None:
        super().__init__(name="standby", daemon=True)
        self._work = work
        self._broker_takes = broker_takes
        self._room = room
        self._slots = slots
        self._taken: set[UUID] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(slots, thread_name_prefix="standby")
        self._swept = time.monotonic()
        self._is_alone = False

    def run(self) -> None:
        """Look again and again."""
        while not self._stopping.wait(LOOK_EVERY.total_seconds()):
            try:
                self.look()
            except DatabaseError:
                # Without the database there is nothing to do; the next look connects anew.
                connection.close()
        connection.close()

    def stop(self) -> None:
        """Look no more; what was taken is finished."""
        self._stopping.set()

    def look(self) -> int:
        """Sweep when it is time, take what is due if nobody else tells, and give how many."""
        is_alone = not self._broker_takes()
        if is_alone and not self._is_alone:
            logger.warning("The broker takes no hints: due jobs are taken from the database.")
        self._is_alone = is_alone
        self._sweep_when_due()
        most = self._room()
        if not most:
            return 0
        overdue = timedelta(0) if is_alone else OVERDUE
        due = rows(_DUE, overdue=overdue.total_seconds(), most=most)
        return sum(self._take(job_id) for (job_id,) in due)

    def _sweep_when_due(self) -> None:
        pause = SWEEP_EVERY_ALONE if self._is_alone else SWEEP_EVERY
        if time.monotonic() - self._swept < pause.total_seconds():
            return
        self._swept = time.monotonic()
        reap()

    def finish(self) -> None:
        """Wait for what was taken."""
        self._pool.shutdown(wait=True)

    def _take(self, job_id: UUID) -> bool:
        with self._lock:
            if job_id in self._taken or len(self._taken) >= self._slots:
                return False
            self._taken.add(job_id)
        self._pool.submit(self._answer, job_id)
        count_standby()
        return True

    def _answer(self, job_id: UUID) -> None:
        try:
            self._work(job_id)
        except Exception:
            # A task of Celery's would log it and go on, too; the job's row says what became of it.
            logger.exception("A job taken from the database failed.", extra={"job": str(job_id)})
            raise
        finally:
            connection.close()
            with self._lock:
                self._taken.discard(job_id)
