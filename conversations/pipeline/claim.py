"""Claim a job: one conditional UPDATE decides who works on it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from conversations.crash_points import CrashPoint, crash_point
from conversations.sql import rows

# Of what a claim writes and gives, whichever way the job was found.
_TAKEN = """
       SET status = 'running', attempt = attempt + 1, lease_epoch = lease_epoch + 1,
           lease_until = statement_timestamp() + make_interval(secs => %(lease)s), worker = %(worker)s,
           started_at = COALESCE(started_at, statement_timestamp())
"""
_GIVEN = """
 RETURNING job.id, job.session_id, job.organization_id, user_id, message_id, turn, attempt, lease_epoch,
           job.priority, cache_control, EXTRACT(EPOCH FROM statement_timestamp() - created_at)::float * 1000,
           EXTRACT(EPOCH FROM expires_at - statement_timestamp())::float, error_code <> ''
"""
_FREE = """
       status = 'queued' AND cancel_requested_at IS NULL AND job.available_at <= statement_timestamp()
       AND (expires_at IS NULL OR expires_at > statement_timestamp())
       AND NOT EXISTS (
           SELECT 1 FROM conversations_job AS earlier
            WHERE earlier.session_id = job.session_id AND earlier.turn < job.turn
              AND earlier.status IN ('queued', 'running'))
"""
# The row count is the lock: delivered twice, late or to two workers, one of them gets the row.
_CLAIM = f"UPDATE conversations_job AS job {_TAKEN} WHERE id = %(id)s AND {_FREE} {_GIVEN}"
# Who has a job waiting is found by leaps over the index, one probe for each organization and priority,
# however many jobs each has queued. With very many organizations a claim sees some, beginning anywhere.
_LEAP = """
    {name} AS (
        (SELECT organization_id, priority, available_at FROM conversations_job
          WHERE status = 'queued' AND is_head AND {first}
          ORDER BY organization_id, priority, available_at LIMIT 1)
        UNION ALL
        SELECT next.organization_id, next.priority, next.available_at FROM {name}, LATERAL (
            SELECT organization_id, priority, available_at FROM conversations_job AS job
             WHERE status = 'queued' AND is_head
               AND (job.organization_id, job.priority) > ({name}.organization_id, {name}.priority)
             ORDER BY organization_id, priority, available_at LIMIT 1) AS next)
"""
_SEEN = 48
# The fairest first: whoever has the fewest jobs running, the less urgent ones counted as more; then the more
# urgent, then who waits longest. A row that another claim holds is passed over.
_CLAIM_FAIRLY = f"""
    WITH RECURSIVE {_LEAP.format(name="above", first="organization_id >= %(start)s")},
                   {_LEAP.format(name="below", first="organization_id < %(start)s")},
    busy AS (
        SELECT organization_id, count(*) AS jobs FROM conversations_job
         WHERE status = 'running' GROUP BY organization_id),
    waiting AS (
        SELECT seen.organization_id, seen.priority
          FROM (SELECT * FROM (SELECT * FROM above LIMIT {_SEEN}) AS up
                UNION SELECT * FROM (SELECT * FROM below LIMIT {_SEEN}) AS round) AS seen
          LEFT JOIN busy USING (organization_id)
         WHERE seen.organization_id <> ALL(%(full)s::uuid[]) AND seen.available_at <= statement_timestamp()
         ORDER BY COALESCE(busy.jobs, 0)
                  * CASE seen.priority WHEN 'interactive' THEN 1 WHEN 'normal' THEN 4 ELSE 16 END,
                  CASE seen.priority WHEN 'interactive' THEN 0 WHEN 'normal' THEN 1 ELSE 2 END,
                  seen.available_at),
    fairest AS (
        SELECT found.id FROM waiting, LATERAL (
            SELECT job.id FROM conversations_job AS job
             WHERE job.organization_id = waiting.organization_id AND job.priority = waiting.priority
               AND is_head AND {_FREE}
             ORDER BY job.available_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) AS found
         LIMIT 1)
    UPDATE conversations_job AS job {_TAKEN} FROM fairest WHERE job.id = fairest.id {_GIVEN}
"""  # noqa: S608 - constants  # nosec B608
_WAIT = """
    SELECT priority, GREATEST(EXTRACT(EPOCH FROM available_at - statement_timestamp()), 0)::float
      FROM conversations_job WHERE id = %(id)s AND status = 'queued' AND available_at > statement_timestamp()
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is ours to answer, under this epoch."""

    job_id: UUID
    session_id: UUID
    organization_id: UUID
    user_id: UUID
    message_id: UUID
    turn: int
    attempt: int
    epoch: int
    priority: str
    cache_control: str
    queued_ms: float
    expires_in: float | None
    # An attempt before this one came to an error; one whose worker died did not.
    has_failed: bool


@dataclass(frozen=True, slots=True)
class NotYet:
    """A job whose time has not come."""

    job_id: UUID
    priority: str
    wait: timedelta


def claim_job(job_id: UUID, *, worker: str) -> Claim | NotYet | None:
    """Take the job if it is free and its turn has come; None means there is nothing to do."""
    crash_point(CrashPoint.BEFORE_CLAIM)
    row = _claim(job_id, worker)
    if row is not None:
        crash_point(CrashPoint.AFTER_CLAIM, job_id)
        return Claim(*row)
    for priority, seconds in rows(_WAIT, id=job_id):
        return NotYet(job_id, priority=priority, wait=timedelta(seconds=seconds))
    return None


def claim_fairly(full: list[UUID], *, worker: str) -> Claim | None:
    """Take the due job whose turn it is in fairness; organizations that are `full` get none now."""
    crash_point(CrashPoint.BEFORE_CLAIM)
    lease = settings.JOB_LEASE.total_seconds()
    try:
        with transaction.atomic():
            claimed = rows(_CLAIM_FAIRLY, start=uuid4(), full=full, lease=lease, worker=worker)
    except IntegrityError:
        return None
    if not claimed:
        return None
    claim = Claim(*claimed[0])
    crash_point(CrashPoint.AFTER_CLAIM, claim.job_id)
    return claim


def _claim(job_id: UUID, worker: str) -> tuple[Any, ...] | None:
    try:
        claimed = rows(_CLAIM, id=job_id, lease=settings.JOB_LEASE.total_seconds(), worker=worker)
    except IntegrityError:
        # Two jobs of one session cannot run at once; the index refused the second.
        return None
    return claimed[0] if claimed else None
