"""Put right what processes that died left behind; harmless to run at any time, any number of times."""

import logging
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from conversations.budgets import release_expired
from conversations.crash_points import CrashPoint, crash_point
from conversations.dispatch import hints_waiting, send_job, send_next
from conversations.errors import AttemptsExhaustedError, ExpiredError
from conversations.sql import rows
from conversations.waiting import announce_ended

logger = logging.getLogger(__name__)

_BATCH = 500
# Whoever held these jobs is dead or asleep: the row is not running any more, and runs again under
# the next claim's epoch, so it writes nothing. Epochs number the attempts in the events' ids. A job whose
# workers die again and again may be what kills them: it waits longer each time, so that they come back
# to the others in between.
_TAKE_BACK = """
    WITH lost AS (
        SELECT id FROM conversations_job
         WHERE status = 'running' AND lease_until < statement_timestamp()
         ORDER BY lease_until LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
    UPDATE conversations_job AS job
       SET status = CASE WHEN cancel_requested_at IS NOT NULL THEN 'cancelled'
                         WHEN attempt >= %(attempts)s THEN 'failed' ELSE 'queued' END,
           finished_at = CASE WHEN cancel_requested_at IS NOT NULL OR attempt >= %(attempts)s
                              THEN statement_timestamp() END,
           error_code = CASE WHEN cancel_requested_at IS NULL AND attempt >= %(attempts)s
                             THEN %(code)s ELSE error_code END,
           error_message = CASE WHEN cancel_requested_at IS NULL AND attempt >= %(attempts)s
                                THEN %(message)s ELSE error_message END,
           lease_until = NULL, sent_at = NULL, sent_count = 0,
           available_at = statement_timestamp() + make_interval(
               secs => CASE WHEN attempt < 3 THEN 0 ELSE LEAST(power(2, attempt - 2), 8) END)
      FROM lost WHERE job.id = lost.id
 RETURNING job.id, job.session_id, job.status
"""
_EXPIRE = """
    WITH late AS (
        SELECT id FROM conversations_job
         WHERE status = 'queued' AND expires_at < statement_timestamp()
         ORDER BY expires_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
    UPDATE conversations_job AS job
       SET status = 'failed', finished_at = statement_timestamp(), error_code = %(code)s,
           error_message = %(message)s, error_retryable = true
      FROM late WHERE job.id = late.id
 RETURNING job.id, job.session_id, job.status
"""
# Only the first open job of a session can be claimed.
CLAIMABLE = """
      FROM conversations_job AS job
     WHERE job.status = 'queued' AND job.available_at <= statement_timestamp()
       AND NOT EXISTS (
           SELECT 1 FROM conversations_job AS earlier
            WHERE earlier.session_id = job.session_id AND earlier.turn < job.turn
              AND earlier.status IN ('queued', 'running'))
"""
# Each repetition doubles the wait for the next, so that a long queue is not flooded with hints; three times
# at most, or a job whose hints a full disk swallowed would wait long after there is room again.
_UNSENT = f"""
    SELECT job.id, job.priority, job.sent_at IS NOT NULL {CLAIMABLE}
       AND (job.sent_at IS NULL
            OR job.sent_at < statement_timestamp()
                             - make_interval(secs => %(after)s * power(2, LEAST(job.sent_count, 3))))
     ORDER BY job.available_at LIMIT %(batch)s
"""
_WAITING = f"SELECT job.priority, count(*) {CLAIMABLE} GROUP BY job.priority"
# Where a process died between an end and telling the next job, the line is put right.
_LINE_UP = """
    UPDATE conversations_job AS job SET is_head = true
     WHERE job.status = 'queued' AND NOT job.is_head
       AND NOT EXISTS (
           SELECT 1 FROM conversations_job AS earlier
            WHERE earlier.session_id = job.session_id AND earlier.turn < job.turn
              AND earlier.status IN ('queued', 'running'))
"""
_SENT = """
    UPDATE conversations_job SET sent_at = statement_timestamp(), sent_count = sent_count + 1
     WHERE id = ANY(%(ids)s) AND status = 'queued'
"""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one run put right."""

    taken_back: int
    failed: int
    expired: int
    sent: int


def reap() -> Sweep:
    """Take back expired leases, fail what cannot be saved, and send the hints that were lost."""
    lost = _ending(_TAKE_BACK, AttemptsExhaustedError(), attempts=settings.JOB_MAX_ATTEMPTS)
    crash_point(CrashPoint.INSIDE_REAPER)
    late = _ending(_EXPIRE, ExpiredError())
    release_expired()
    for job_id, session_id, status in (*lost, *late):
        if status != "queued":
            announce_ended(job_id)
            send_next(session_id)
    sweep = Sweep(
        taken_back=sum(status == "queued" for _, _, status in lost),
        failed=sum(status != "queued" for _, _, status in lost),
        expired=len(late),
        sent=_send_unsent(),
    )
    if sweep != Sweep(0, 0, 0, 0):
        logger.info("The reaper put jobs right.", extra={"sweep": str(sweep)})
    return sweep


def _ending(
    statement: str, error: AttemptsExhaustedError | ExpiredError, **extra: int
) -> list[tuple[UUID, UUID, str]]:
    with transaction.atomic():
        return rows(statement, batch=_BATCH, code=error.code, message=error.message, **extra)


def _send_unsent() -> int:
    rows(_LINE_UP)
    due = rows(_UNSENT, after=settings.JOB_RESEND_AFTER.total_seconds(), batch=_BATCH)
    full = _full_queues() if any(repeated for _, _, repeated in due) else frozenset()
    taken = [
        job_id
        for job_id, queue, repeated in due
        if not (repeated and queue in full) and send_job(job_id, queue=queue)
    ]
    if taken:
        rows(_SENT, ids=taken)
    return len(taken)


def _full_queues() -> frozenset[str]:
    """Name the queues that hold a hint for each job that waits in them: nothing was lost there.

    A backlog is not a loss, and repeating its hints cost a worker a sixth of its time. A hint that was
    given twice may hide a lost one, but no longer than until the workers have come to it.
    """
    return frozenset(queue for queue, waiting in rows(_WAITING) if hints_waiting(queue) >= waiting)
