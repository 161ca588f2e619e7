"""Stop a job, or give it another chance."""

from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from conversations.dispatch import send_job, send_next
from conversations.errors import JobFinishedError, JobNotRetryableError
from conversations.models import OPEN, Job, Message, Session
from conversations.values import JobStatus
from conversations.waiting import announce_ended, announce_stop
from conversations.webhooks.hints import hint_webhooks
from knowledge.models import User


def cancel_job(job_id: UUID, *, user: User) -> Job:
    """Stop a job of this user: at once while it waits, within about a second while it runs.

    Raises JobFinishedError when it has ended otherwise; cancelling twice is the same as once.
    """
    job = Job.objects.select_related("message", "reply").get(pk=job_id, user=user, session__deleted_at=None)
    return cancel(job)


def cancel(job: Job) -> Job:
    """Stop a job, whoever asks; the caller has checked that they may."""
    stopped = Job.objects.filter(pk=job.pk, status=JobStatus.QUEUED).update(
        status=JobStatus.CANCELLED, cancel_requested_at=Now(), finished_at=Now()
    )
    asked = 0
    if not stopped:
        asked = Job.objects.filter(pk=job.pk, status=JobStatus.RUNNING).update(cancel_requested_at=Now())
    job.refresh_from_db()
    if stopped:
        transaction.on_commit(partial(_tell_of_end, job))
    elif asked:
        transaction.on_commit(partial(announce_stop, job.pk))
    elif job.status != JobStatus.CANCELLED:
        raise JobFinishedError
    return job


def _tell_of_end(job: Job) -> None:
    announce_ended(job.pk)
    send_next(job.session_id)
    hint_webhooks(job.pk, organization_id=job.organization_id)


def retry_job(job_id: UUID, *, user: User) -> Job:
    """Queue a failed or cancelled job of this user again, as the session's newest turn.

    Raises JobNotRetryableError for any other job.
    """
    job = Job.objects.get(pk=job_id, user=user, session__deleted_at=None)
    return retry(job)


def retry(job: Job) -> Job:
    """Queue an ended job again, whoever asks; the caller has checked that they may."""
    now = timezone.now()
    with transaction.atomic():
        session = Session.objects.select_for_update(no_key=True).get(pk=job.session_id)
        turn = session.next_turn
        is_free = not Job.objects.filter(session_id=job.session_id, status__in=OPEN).exists()
        again = Job.objects.filter(pk=job.pk, status__in=(JobStatus.FAILED, JobStatus.CANCELLED)).update(
            status=JobStatus.QUEUED,
            turn=turn,
            is_head=is_free,
            attempt=0,
            finished_at=None,
            cancel_requested_at=None,
            available_at=now,
            sent_at=now,
            sent_count=0,
            expires_at=now + settings.JOB_EXPIRY,
            error_code="",
            error_message="",
            error_retryable=False,
            partial_text="",
        )
        if not again:
            raise JobNotRetryableError
        # Later turns may have been answered since: the message moves to the end with its job, so
        # that the conversation still reads in the order in which it was answered.
        Message.objects.filter(pk=job.message_id).update(turn=turn)
        Session.objects.filter(pk=session.pk).update(next_turn=F("next_turn") + 1, updated_at=now)
        if is_free:
            transaction.on_commit(partial(send_job, job.pk, queue=job.priority))
        else:
            transaction.on_commit(partial(send_next, job.session_id))
    return Job.objects.select_related("message", "reply").get(pk=job.pk)
