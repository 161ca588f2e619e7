"""Open, change and delete sessions."""

from django.db import transaction
from django.db.models.functions import Now

from conversations.cache.invalidate import fire
from conversations.models import OPEN, CacheEvent, Job, Session
from conversations.values import DoubleText, JobStatus
from conversations.waiting import announce_ended, announce_stop
from knowledge.models import User


def create_session(
    *,
    user: User,
    title: str = "",
    context: dict[str, object] | None = None,
    double_text: DoubleText = DoubleText.QUEUE,
) -> Session:
    """Open a session in the user's organization."""
    return Session.objects.create(
        user=user,
        organization_id=user.organization_id,
        title=title,
        context=context or {},
        double_text=double_text,
    )


def update_session(
    session: Session,
    *,
    title: str | None = None,
    context: dict[str, object] | None = None,
    double_text: DoubleText | None = None,
) -> Session:
    """Change what is given; `context` replaces the whole context."""
    changed = ["updated_at"]
    if title is not None:
        session.title = title
        changed.append("title")
    if context is not None:
        session.context = context
        changed.append("context")
    if double_text is not None:
        session.double_text = double_text
        changed.append("double_text")
    with transaction.atomic():
        session.save(update_fields=changed)
        if context is not None:
            fire(
                CacheEvent.SESSION_CHANGED,
                {"session": session.pk, "user": session.user_id, "organization": session.organization_id},
                why="A session's context changed.",
                organization_id=session.organization_id,
            )
    return session


def delete_session(session: Session) -> None:
    """Hide the session and cancel what is still open in it."""
    with transaction.atomic():
        Session.objects.filter(pk=session.pk, deleted_at=None).update(deleted_at=Now())
        open_jobs = Job.objects.select_for_update().filter(session=session, status__in=OPEN)
        ended = [job.pk for job in open_jobs]
        Job.objects.filter(pk__in=ended).update(
            status=JobStatus.CANCELLED, cancel_requested_at=Now(), finished_at=Now(), lease_until=None
        )
    for job_id in ended:
        announce_stop(job_id)
        announce_ended(job_id)
