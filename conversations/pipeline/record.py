"""Write how an attempt ended; every write carries the epoch, so a late one writes nothing."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from conversations.crash_points import CrashPoint, crash_point
from conversations.errors import ConversationError, ExpiredError, HeldBackError, LeaseLostError
from conversations.llm.retry import next_delay
from conversations.models import Job
from conversations.pipeline.claim import Claim
from conversations.ports import Ports
from conversations.values import JobStatus

_LEAST_SPREAD = 0.5


@dataclass(frozen=True, slots=True)
class Ended:
    """The job has its final state."""

    status: JobStatus


@dataclass(frozen=True, slots=True)
class Again:
    """The job waits for its next attempt."""

    delay: timedelta


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The row had moved on; nothing was written."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """The job waits for a call that was not made; the attempt does not count."""

    delay: timedelta


Outcome = Ended | Again | HeldBack | Overtaken


def ours(claim: Claim) -> QuerySet[Job]:
    """Give the row, if it still belongs to this attempt."""
    return Job.objects.filter(pk=claim.job_id, status=JobStatus.RUNNING, lease_epoch=claim.epoch)


def fence(won: int) -> None:
    """Raise LeaseLostError when a conditional write found no row; the transaction rolls back."""
    if not won:
        raise LeaseLostError


def record_stop(claim: Claim, *, partial_text: str) -> Outcome:
    """Write that the user stopped this job, and keep what was written until then.

    When nobody asked to stop, the lease was not renewed in time although nobody has taken the job over:
    it is handed back, as the reaper would do later.
    """
    mine = ours(claim)
    stopped = mine.filter(cancel_requested_at__isnull=False).update(
        status=JobStatus.CANCELLED, finished_at=Now(), lease_until=None, partial_text=partial_text
    )
    if stopped:
        return Ended(JobStatus.CANCELLED)
    if claim.attempt >= settings.JOB_MAX_ATTEMPTS:
        # The reaper ends it, with its code, once the lease has run out.
        return Overtaken()
    handed_back = mine.filter(cancel_requested_at=None).update(
        status=JobStatus.QUEUED, lease_until=None, available_at=Now(), sent_at=Now(), sent_count=0
    )
    return Again(timedelta(0)) if handed_back else Overtaken()


def record_held_back(claim: Claim, error: HeldBackError, ports: Ports) -> Outcome:
    """Put the job back for as long as the guard said, its attempts as they were before the claim."""
    wait = error.retry_after or 0.0
    # Spread out, so that all who were told to wait for the same moment do not come at once.
    delay = timedelta(seconds=wait + ports.random.random() * max(_LEAST_SPREAD, wait / 2))
    back = (
        ours(claim)
        .filter(cancel_requested_at=None)
        .update(
            status=JobStatus.QUEUED,
            attempt=claim.attempt - 1,
            lease_until=None,
            available_at=Now() + delay,
            sent_at=Now() + delay,
            sent_count=0,
            **({"started_at": None} if claim.attempt == 1 else {}),
        )
    )
    return HeldBack(delay) if back else record_stop(claim, partial_text="")


def record_error(claim: Claim, error: ConversationError, ports: Ports) -> Outcome:
    """Queue the next attempt when the error, the attempts and the time left allow it; else fail the job."""
    crash_point(CrashPoint.AFTER_ERROR)
    delay = _delay(claim, error, ports)
    with transaction.atomic():
        if delay is not None:
            again = (
                ours(claim)
                .filter(Q(expires_at=None) | Q(expires_at__gt=Now() + delay), cancel_requested_at=None)
                .update(
                    status=JobStatus.QUEUED,
                    lease_until=None,
                    available_at=Now() + delay,
                    sent_at=Now() + delay,
                    sent_count=0,
                    error_code=error.code,
                    error_message=error.message,
                    error_retryable=error.retryable,
                )
            )
            if again:
                return Again(delay)
            # Stopped or taken over, in which case the next write changes nothing either; or out of time.
            error = ExpiredError()
        failed = (
            ours(claim)
            .filter(cancel_requested_at=None)
            .update(
                status=JobStatus.FAILED,
                finished_at=Now(),
                lease_until=None,
                error_code=error.code,
                error_message=error.message,
                error_retryable=error.retryable,
            )
        )
    return Ended(JobStatus.FAILED) if failed else record_stop(claim, partial_text="")


def _delay(claim: Claim, error: ConversationError, ports: Ports) -> timedelta | None:
    if claim.attempt >= settings.JOB_MAX_ATTEMPTS or not error.retryable:
        return None
    return next_delay(error, claim.attempt, ports.random)
