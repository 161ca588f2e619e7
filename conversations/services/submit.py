"""Accept a message: in one transaction the message, its job and the idempotency record."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import orjson
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from conversations.budgets import check_budget
from conversations.crash_points import CrashPoint, crash_point
from conversations.dispatch import send_job, send_next
from conversations.errors import IdempotencyKeyReusedError, SessionBusyError, WaitTooLongError
from conversations.forecast import FORECAST, JOBS_AHEAD, Outlook
from conversations.metrics import REFUSED
from conversations.models import OPEN, IdempotencyRecord, Job, Message, Session
from conversations.sql import insert, rows, rows_of, together
from conversations.values import DoubleText, JobStatus, Priority, Role
from conversations.waiting import announce_ended, announce_stop
from knowledge.models import User

MERGE_QUIET = timedelta(milliseconds=700)
MERGE_AT_MOST = timedelta(seconds=3)
MAX_MESSAGE_BYTES = 32 * 1024


@dataclass(frozen=True, slots=True)
class Submission:
    """A message somebody sends."""

    user: User
    session_id: UUID
    content: str
    priority: Priority = Priority.INTERACTIVE
    idempotency_key: str | None = None
    cache_control: str = ""
    expires_at: datetime | None = None

    def fingerprint(self) -> str:
        """Give the SHA-256 of what is asked, to tell a repetition from a reuse of the key."""
        asked = [str(self.session_id), self.content, self.priority, self.cache_control]
        if self.expires_at is not None:
            asked.append(self.expires_at.isoformat())
        return hashlib.sha256(orjson.dumps(asked)).hexdigest()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The job that will answer, and whether an earlier identical request had made it."""

    job: Job
    replayed: bool = False
    # Jobs of the same organization and priority that go first, where they were counted.
    ahead: int | None = None


def submit_message(submission: Submission) -> Accepted:
    """Promise an answer; once this returns, the promise survives any crash.

    Raises Session.DoesNotExist for a session that is not the user's, SessionBusyError under the
    `reject` policy, IdempotencyKeyReusedError when the key was used for something else, and
    WaitTooLongError or BudgetExhaustedError when no answer could be given in good time.
    """
    # Read before the session is locked; a repetition of what was accepted is answered all the same.
    outlook = FORECAST.outlook()
    try:
        accepted, superseded = _accept(submission, outlook)
    except IntegrityError:
        # The same key raced in on another session: the winner's record decides.
        replayed = _replay_of(submission)
        if replayed is None:
            raise
        return replayed
    crash_point(CrashPoint.AFTER_ACCEPT_COMMIT)
    for job_id in superseded:
        announce_stop(job_id)
        announce_ended(job_id)
    if not accepted.replayed:
        FORECAST.note(accepted.job.organization_id, submission.priority)
        _send(accepted.job)
    return accepted


def _accept(submission: Submission, outlook: Outlook) -> tuple[Accepted, list[UUID]]:
    with transaction.atomic():
        place = _locked(submission)
        replayed = _replay_of(submission)
        if replayed is not None:
            transaction.set_rollback(True)
            return replayed, []
        _admit(place, submission, outlook)
        superseded = _make_room(place)
        merged = _merged(place, submission) if place.policy is DoubleText.MERGE else None
        with together():
            job = merged or _new_job(place, submission)
            if submission.idempotency_key is not None:
                _remember(submission, job)
        crash_point(CrashPoint.BEFORE_ACCEPT_COMMIT)
    # Those that were just superseded, and a merged job itself, were counted as well.
    counts = merged is None and not superseded
    return Accepted(job, ahead=place.ahead if counts else None), superseded


def _admit(place: "_Place", submission: Submission, outlook: Outlook) -> None:
    wait = outlook.wait(place.organization_id, submission.priority)
    most = settings.ADMISSION_MAX_WAIT[submission.priority]
    if submission.expires_at is not None:
        most = min(most, submission.expires_at - timezone.now())
    if wait is not None and wait > most.total_seconds():
        REFUSED.labels(submission.priority.value).inc()
        raise WaitTooLongError(max(wait - most.total_seconds(), 1.0))
    check_budget(place.organization_id)


# Takes the turn and the session's lock at once, so that submissions to one session come one after
# the other. A turn that is not used after all leaves a gap, which the order does not mind.
_TAKE_TURN = """
    UPDATE conversations_session AS session SET next_turn = next_turn + 1, updated_at = statement_timestamp()
     WHERE id = %(id)s AND user_id = %(user)s AND deleted_at IS NULL
 RETURNING organization_id, double_text, next_turn - 1, NOT EXISTS (
           SELECT 1 FROM conversations_job AS job
            WHERE job.session_id = session.id AND job.status IN ('queued', 'running'))
"""


_REMEMBERED = """
    SELECT fingerprint, job_id FROM conversations_idempotencyrecord WHERE user_id = %(user)s AND key = %(key)s
"""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a message belongs."""

    session_id: UUID
    organization_id: UUID
    policy: DoubleText
    turn: int
    is_free: bool
    ahead: int


def _locked(submission: Submission) -> _Place:
    user = submission.user
    taken, [(ahead,)] = rows_of(
        (_TAKE_TURN, {"id": submission.session_id, "user": user.pk}),
        (
            JOBS_AHEAD,
            {"organization": user.organization_id, "priority": submission.priority.value, "before": None},
        ),
    )
    for organization_id, policy, turn, is_free in taken:
        return _Place(submission.session_id, organization_id, DoubleText(policy), turn, is_free, ahead)
    raise Session.DoesNotExist


def _replay_of(submission: Submission) -> Accepted | None:
    if submission.idempotency_key is None:
        return None
    # By hand, since most keys are new and composing the query for a whole job took longer than the rest.
    remembered = rows(_REMEMBERED, user=submission.user.pk, key=submission.idempotency_key)
    for fingerprint, job_id in remembered:
        if fingerprint != submission.fingerprint():
            raise IdempotencyKeyReusedError
        job = Job.objects.select_related("message", "reply").filter(pk=job_id).first()
        return Accepted(job, replayed=True) if job else None
    return None


def _make_room(place: _Place) -> list[UUID]:
    if place.policy not in {DoubleText.REJECT, DoubleText.SUPERSEDE}:
        return []
    open_jobs = list(
        Job.objects.select_for_update(no_key=True)
        .filter(session_id=place.session_id, status__in=OPEN)
        .values_list("pk", flat=True)
    )
    if open_jobs and place.policy is DoubleText.REJECT:
        raise SessionBusyError
    # A worker may be writing its reply right now: whoever commits first wins, since its commit
    # demands a running job.
    Job.objects.filter(pk__in=open_jobs).update(
        status=JobStatus.SUPERSEDED, finished_at=Now(), lease_until=None
    )
    return open_jobs


def _merged(place: _Place, submission: Submission) -> Job | None:
    now = timezone.now()
    job = (
        Job.objects.select_for_update(of=("self",), no_key=True)
        .select_related("message")
        .filter(
            session_id=place.session_id,
            status=JobStatus.QUEUED,
            attempt=0,
            available_at__gt=now,
            created_at__gt=now - MERGE_AT_MOST,
        )
        .order_by("turn")
        .last()
    )
    if job is None:
        return None
    content = f"{job.message.content}\n\n{submission.content}"
    if len(content.encode()) > MAX_MESSAGE_BYTES:
        return None
    job.message.content = content
    job.message.save(update_fields=["content"])
    job.available_at = min(now + MERGE_QUIET, job.created_at + MERGE_AT_MOST)
    job.save(update_fields=["available_at"])
    return job


def _new_job(place: _Place, submission: Submission) -> Job:
    now = timezone.now()
    message = Message(
        organization_id=place.organization_id,
        session_id=place.session_id,
        turn=place.turn,
        role=Role.USER,
        content=submission.content,
    )
    insert(message)
    job = Job(
        organization_id=place.organization_id,
        user=submission.user,
        session_id=place.session_id,
        message=message,
        turn=place.turn,
        priority=submission.priority,
        cache_control=submission.cache_control,
        # Under `supersede` nothing is left before it.
        is_head=place.is_free or place.policy is DoubleText.SUPERSEDE,
        created_at=now,
        available_at=now + MERGE_QUIET if place.policy is DoubleText.MERGE else now,
        sent_at=now,
        expires_at=submission.expires_at or now + settings.JOB_EXPIRY,
    )
    insert(job)
    return job


def _remember(submission: Submission, job: Job) -> None:
    insert(
        IdempotencyRecord(
            user=submission.user,
            organization_id=job.organization_id,
            key=submission.idempotency_key or "",
            fingerprint=submission.fingerprint(),
            job=job,
        )
    )


def _send(job: Job) -> None:
    if job.is_head:
        transaction.on_commit(partial(send_job, job.pk, queue=job.priority, delay=until(job.available_at)))
    else:
        # Whatever stood before it may have ended before this one could be seen.
        transaction.on_commit(partial(send_next, job.session_id))


def until(moment: datetime) -> timedelta:
    """Give the time from now to then; zero once it has passed."""
    return max(moment - timezone.now(), timedelta(0))
