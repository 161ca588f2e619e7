"""Hold jobs: one thread per worker process renews every lease and hears every stop.

A lease that cannot be renewed is lost, and a lost lease stops its attempt: the row may already
belong to another worker. Every write of an attempt carries its epoch besides, so even a worker
that slept through all of this writes nothing.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, connection

from conversations.errors import CancelledError, LeaseLostError
from conversations.sql import rows

logger = logging.getLogger(__name__)

_TICK = timedelta(seconds=1)
# One statement for every job of the process. An attempt past its deadline is not renewed, so a
# thread that hangs for ever gives its job back.
_RENEW = """
    UPDATE conversations_job AS job
       SET lease_until = CASE WHEN held.renew THEN statement_timestamp() + make_interval(secs => %(lease)s)
                              ELSE job.lease_until END
      FROM unnest(%(ids)s::uuid[], %(epochs)s::int[], %(renew)s::bool[]) AS held(id, epoch, renew)
     WHERE job.id = held.id AND job.lease_epoch = held.epoch AND job.status = 'running'
 RETURNING job.id, job.cancel_requested_at IS NOT NULL
"""


class Lease:
    """One attempt's hold on its job."""

    def __init__(self, job_id: UUID, epoch: int, *, lease: timedelta, deadline: timedelta) -> None:
        now = time.monotonic()
        self.job_id = job_id
        self.epoch = epoch
        self.began = now
        self.deadline = now + deadline.total_seconds()
        self._length = lease.total_seconds()
        self._renewed = now
        self._lost = False
        self._cancelled = False

    def check(self) -> None:
        """Raise LeaseLostError or CancelledError when this attempt must stop."""
        if self._cancelled:
            raise CancelledError
        if self._lost or time.monotonic() - self._renewed > self._length:
            raise LeaseLostError

    def is_due(self, now: float) -> bool:
        """Tell whether the lease should be renewed: a third of it is used up."""
        return now < self.deadline and now - self._renewed >= self._length / 3

    def renewed(self, at: float) -> None:
        """Note that the row confirmed a renewal asked for at this instant."""
        self._renewed = at

    def lose(self) -> None:
        """Note that the row belongs to somebody else now."""
        self._lost = True

    def cancel(self) -> None:
        """Note that the user asked to stop."""
        self._cancelled = True


class LeaseKeeper:
    """Renews the leases of this process, all in one statement."""

    def __init__(self, *, lease: timedelta, deadline: timedelta, every: timedelta | None = None) -> None:
        self._lease = lease
        self._deadline = deadline
        self._every = every or min(_TICK, lease / 5)
        self._held: dict[tuple[UUID, int], Lease] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    @contextmanager
    def hold(self, job_id: UUID, epoch: int) -> Iterator[Lease]:
        """Keep a claimed job's lease alive for the length of the block."""
        lease = Lease(job_id, epoch, lease=self._lease, deadline=self._deadline)
        with self._lock:
            self._held[job_id, epoch] = lease
            self._ensure_thread()
        try:
            yield lease
        finally:
            with self._lock:
                del self._held[job_id, epoch]

    def held_count(self) -> int:
        """Count the jobs this process is working on."""
        with self._lock:
            return len(self._held)

    def look(self, job_id: UUID) -> None:
        """Look at the rows now if this process works on that job: somebody may have stopped it."""
        with self._lock:
            is_ours = any(held == job_id for held, _ in self._held)
        if is_ours:
            self.tick()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def tick(self) -> None:
        """Renew what is due and take note of stops; does nothing when nothing is held."""
        with self._lock:
            held = list(self._held.values())
        if not held:
            return
        now = time.monotonic()
        alive = self._renew([(lease, lease.is_due(now)) for lease in held])
        for lease in held:
            if lease.job_id not in alive:
                lease.lose()
            elif alive[lease.job_id]:
                lease.cancel()
            elif lease.is_due(now):
                lease.renewed(now)

    def _renew(self, held: list[tuple[Lease, bool]]) -> dict[UUID, bool]:
        alive = rows(
            _RENEW,
            lease=self._lease.total_seconds(),
            ids=[lease.job_id for lease, _ in held],
            epochs=[lease.epoch for lease, _ in held],
            renew=[due for _, due in held],
        )
        return dict(alive)

    def _ensure_thread(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="lease-keeper", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while not self._stopping.wait(self._every.total_seconds()):
            try:
                self.tick()
            except DatabaseError as error:
                # The leases run out by themselves if this goes on: `check` watches the clock.
                logger.warning("Leases could not be renewed.", extra={"error": repr(error)})
            finally:
                connection.close()
