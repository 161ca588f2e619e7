"""How long a message would wait: from what is queued, what runs and what answers took of late.

Read at most once a second per process, in one query; what a process accepts in between it adds itself.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.conf import settings

from conversations.sql import rows
from conversations.values import Priority

_KEPT_SECONDS: Final = 1.0
_SAMPLE: Final = 50
_URGENCY: Final = {Priority.INTERACTIVE: 0, Priority.NORMAL: 1, Priority.BULK: 2}
# Through the partial indexes of open jobs, and the newest of the finished ones.
_READ = """
    SELECT organization_id, priority, count(*)::float FROM conversations_job
     WHERE status = 'queued' GROUP BY organization_id, priority
    UNION ALL
    SELECT NULL, 'running', count(*)::float FROM conversations_job WHERE status = 'running'
    UNION ALL
    SELECT NULL, 'workers', count(DISTINCT worker)::float FROM conversations_job WHERE status = 'running'
    UNION ALL
    SELECT NULL, 'seconds', avg(EXTRACT(EPOCH FROM took)::float)
      FROM (SELECT finished_at - started_at AS took FROM conversations_job
             WHERE finished_at IS NOT NULL AND status = 'succeeded'
             ORDER BY finished_at DESC LIMIT %(sample)s) AS newest
"""
# Positions above 1,000 are not told apart, so that the count stays cheap in a long queue.
JOBS_AHEAD: Final = """
    SELECT count(*)::int FROM (
        SELECT 1 FROM conversations_job
         WHERE status = 'queued' AND organization_id = %(organization)s AND priority = %(priority)s
           AND created_at < COALESCE(%(before)s::timestamptz, statement_timestamp())
         LIMIT 1000) AS ahead
"""
Waiting = Counter[tuple[UUID, Priority]]


@dataclass(frozen=True, slots=True)
class Outlook:
    """How things stand: jobs queued by organization and priority, jobs at work, and what one takes."""

    queued: Waiting = field(default_factory=Counter)
    running: int = 0
    slots: int = 1
    seconds: float | None = None

    def wait(self, organization_id: UUID, priority: Priority, ahead: int | None = None) -> float | None:
        """Give the seconds until a further job would begin; None while nothing has been answered.

        Those with jobs as urgent share the slots evenly, so the jobs before one are as many of
        each other organization's as of one's own (`ahead`, by default all that are queued), and
        never more than there are.
        """
        if self.seconds is None:
            return None
        urgent = [
            one for one, jobs in list(self.queued.items()) if jobs > 0 and self._before(one[1], priority)
        ]
        if ahead is None:
            ahead = sum(self.queued[one] for one in urgent if one[0] == organization_id)
        others = Counter[UUID]()
        for one in urgent:
            if one[0] != organization_id:
                others[one[0]] += self.queued[one]
        before = ahead + sum(min(count, ahead) for count in others.values())
        free = max(self.slots - self.running, 0)
        if before < free:
            return 0.0
        return (before - free + 1) * self.seconds / max(self.slots, 1)

    def _before(self, other: Priority, priority: Priority) -> bool:
        return _URGENCY[other] <= _URGENCY[priority]


class Forecast:
    """The outlook of one process, at most a second old; threads share it."""

    def __init__(
        self, read: Callable[[], Outlook] | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read or read_outlook
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._outlook = Outlook()

    def outlook(self) -> Outlook:
        """Give how things stand; one thread reads anew, the others meanwhile take the last."""
        with self._lock:
            if self._clock() - self._read_at < _KEPT_SECONDS:
                return self._outlook
            self._read_at = self._clock()
        self._outlook = self._read()
        return self._outlook

    def note(self, organization_id: UUID, priority: Priority) -> None:
        """Count a job that was accepted since the last look."""
        with self._lock:
            self._outlook.queued[organization_id, priority] += 1

    def forget(self) -> None:
        """Look anew the next time."""
        with self._lock:
            self._read_at = float("-inf")


def read_outlook() -> Outlook:
    """Ask the database how things stand."""
    queued: Waiting = Counter()
    told: dict[str, float | None] = {}
    for organization_id, what, value in rows(_READ, sample=_SAMPLE):
        if organization_id is None:
            told[what] = value
        else:
            queued[organization_id, Priority(what)] = int(value)
    running, workers = int(told["running"] or 0), int(told["workers"] or 0)
    # Where much waits, every worker works; where nobody works, one is as good a guess as any.
    slots = max(running, min(max(workers, 1) * settings.WORKER_THREADS, settings.CLAUDE_MAX_IN_FLIGHT))
    return Outlook(queued, running, slots, told["seconds"])


FORECAST: Final = Forecast()
