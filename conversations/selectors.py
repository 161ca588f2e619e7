"""What is read of conversations: each function takes the user whose things may be seen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from conversations.forecast import FORECAST, JOBS_AHEAD
from conversations.models import OPEN, Job, Message, Session, WebhookDelivery, WebhookEndpoint
from conversations.sql import rows, whole
from conversations.values import JobStatus, Priority
from knowledge.models import User

_THEIRS = """
    own.id = %(job)s AND own.user_id = %(user)s AND EXISTS (
        SELECT 1 FROM conversations_session AS session
         WHERE session.id = own.session_id AND session.deleted_at IS NULL)
"""
_A_MOMENT = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which sessions a list shows."""

    phase: str = ""
    search: str = ""
    updated_after: datetime | None = None


def sessions_of(user: User, wanted: SessionFilter | None = None) -> QuerySet[Session]:
    """Give the user's sessions; a search looks into titles and messages."""
    sessions = Session.objects.filter(user=user, deleted_at=None)
    if wanted is None:
        return sessions
    if wanted.phase:
        sessions = sessions.filter(phase=wanted.phase)
    if wanted.updated_after is not None:
        sessions = sessions.filter(updated_at__gt=wanted.updated_after)
    if wanted.search:
        said = Message.objects.filter(session=OuterRef("pk"), content__icontains=wanted.search)
        sessions = sessions.filter(Q(title__icontains=wanted.search) | Exists(said))
    return sessions


def session_of(user: User, session_id: UUID) -> Session:
    """Give one of the user's sessions, or raise Session.DoesNotExist."""
    return sessions_of(user).get(pk=session_id)


def messages_of(user: User, session_id: UUID) -> QuerySet[Message]:
    """Give what was said in one of the user's sessions, or raise Session.DoesNotExist."""
    return Message.objects.filter(session=session_of(user, session_id))


def job_of(user: User, job_id: UUID) -> Job:
    """Give one of the user's jobs with its message and reply, or raise Job.DoesNotExist."""
    # Every poll asks this, and composing the query took several times as long as running it.
    for job in whole(Job, ("message", "reply"), _THEIRS, job=job_id, user=user.pk):
        return job
    raise Job.DoesNotExist


def is_open(user: User, job_id: UUID) -> bool:
    """Tell whether one of the user's jobs is still to end, or raise Job.DoesNotExist."""
    statement = f"SELECT status IN ('queued', 'running') FROM conversations_job AS own WHERE {_THEIRS}"  # noqa: S608 - ours.  # nosec B608
    for (still_open,) in rows(statement, job=job_id, user=user.pk):
        return bool(still_open)
    raise Job.DoesNotExist


def endpoints_of(user: User) -> QuerySet[WebhookEndpoint]:
    """Give the webhook endpoints of the user's organization."""
    return WebhookEndpoint.objects.filter(organization_id=user.organization_id)


def endpoint_of(user: User, endpoint_id: UUID) -> WebhookEndpoint:
    """Give one of them, or raise WebhookEndpoint.DoesNotExist."""
    return endpoints_of(user).get(pk=endpoint_id)


def delivery_of(endpoint: WebhookEndpoint, delivery_id: UUID) -> WebhookDelivery:
    """Give one of an endpoint's deliveries, or raise WebhookDelivery.DoesNotExist."""
    return WebhookDelivery.objects.get(pk=delivery_id, endpoint=endpoint)


def ended_among(job_ids: Collection[UUID]) -> frozenset[UUID]:
    """Give those of these jobs that are over or gone."""
    still_open = Job.objects.filter(pk__in=job_ids, status__in=OPEN).values_list("pk", flat=True)
    return frozenset(job_ids).difference(still_open)


@dataclass(frozen=True, slots=True)
class LiveJob:
    """A job that is open, or ended a moment ago (`ended_ago` in seconds)."""

    id: UUID
    epoch: int
    ended_ago: float | None


def live_jobs_in(session_ids: Collection[UUID]) -> dict[UUID, list[LiveJob]]:
    """Give each session's live jobs, in turn; the caller has checked whose sessions they are."""
    now = timezone.now()
    found: dict[UUID, list[LiveJob]] = {}
    jobs = (
        Job.objects.filter(session_id__in=session_ids)
        .filter(Q(status__in=OPEN) | Q(finished_at__gt=now - _A_MOMENT))
        .order_by("turn")
        .values_list("session_id", "pk", "lease_epoch", "finished_at")
    )
    for session_id, job_id, epoch, finished in jobs:
        ago = None if finished is None else (now - finished).total_seconds()
        found.setdefault(session_id, []).append(LiveJob(job_id, epoch, ago))
    return found


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """How many queued jobs of the same priority go first, and when the answer may be there."""

    position: int
    eta_ms: int | None


def queue_place(job: Job, *, ahead: int | None = None) -> QueuePlace | None:
    """Give a waiting job's place, counted unless it is known; None once it has left the queue.

    The estimate is what recent jobs took, after the wait that the forecast and the job's own time say.
    """
    if job.status != JobStatus.QUEUED:
        return None
    position = _jobs_ahead(job) if ahead is None else ahead
    outlook = FORECAST.outlook()
    wait = outlook.wait(job.organization_id, Priority(job.priority), ahead=position)
    if wait is None or outlook.seconds is None:
        return QueuePlace(position, None)
    not_before = (job.available_at - timezone.now()).total_seconds()
    return QueuePlace(position, round((max(wait, not_before) + outlook.seconds) * 1000))


def _jobs_ahead(job: Job) -> int:
    [(position,)] = rows(
        JOBS_AHEAD,
        organization=job.organization_id,
        priority=job.priority,
        before=job.created_at.isoformat(),
    )
    return int(position)


def oldest_queued_age() -> float | None:
    """Give for how many seconds the longest-waiting job could have been taken; None when none waits."""
    oldest = (
        Job.objects.filter(status=JobStatus.QUEUED, available_at__lte=Now())
        .order_by("available_at")
        .values_list("available_at", flat=True)
        .first()
    )
    return None if oldest is None else (timezone.now() - oldest).total_seconds()
