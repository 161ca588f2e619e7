"""Erase one person: what they said and what was made of it, store by store, with a receipt."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session as BrowserSession
from django.db import transaction
from django.db.models import Q
from knox.models import AuthToken
from redis import Redis
from redis.exceptions import RedisError

from conversations.cache.browse import entries
from conversations.cache.fingerprint import user_tag
from conversations.cache.invalidate import fire
from conversations.cache.live import patient_store
from conversations.cache.server import CacheUnavailableError
from conversations.events.log import key_of
from conversations.models import (
    BudgetReservation,
    CacheAudit,
    IdempotencyRecord,
    Intervention,
    Job,
    Message,
    Session,
    ShadowRun,
    Transition,
    WebhookDelivery,
)
from conversations.models.cache_rule import CacheEvent
from knowledge.models import SuggestionFeedback, User
from knowledge.services.erasure import forget_person

_ERASED = "(erased)"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased, by store; None for a part of Redis that could not be asked.

    Streams that could not be deleted expire by themselves within the hour, cached answers within their
    age; they are invalid at once.
    """

    sessions: int
    messages: int
    jobs: int
    job_timings: int
    shadow_runs: int
    transitions: int
    cache_audits: int
    budget_reservations: int
    webhook_deliveries: int
    interventions: int
    idempotency_keys: int
    suggestion_feedback: int
    api_keys: int
    failed_logins: int
    browser_sessions: int
    admin_log_entries: int
    check_in_notes: int
    history_notes: int
    event_streams: int | None
    cached_answers: int | None

    def lines(self) -> list[str]:
        """Give the receipt for people, one store a line."""
        return [
            f"{name.replace('_', ' ')}: {'not reachable' if count is None else count}"
            for name, count in asdict(self).items()
        ]


def erase_person(user: User) -> Receipt:
    """Erase a person's conversations and make their account name nobody.

    Objectives belong to the organization and stay, under the account that names nobody. Doing it
    twice erases nothing more.
    """
    with transaction.atomic():
        sessions, jobs = _held_still(user)
        counted = _count(user, jobs)
        counted |= _forget_traces(user, [user.pk, *sessions, *jobs])
        Session.objects.filter(pk__in=sessions).delete()
        fire(
            CacheEvent.USER_ERASED,
            {"user": user.pk},
            why="The person was erased.",
            organization_id=user.organization_id,
        )
        forgotten = forget_person(user)
    return Receipt(
        sessions=len(sessions),
        jobs=len(jobs),
        **counted,
        check_in_notes=forgotten.check_in_notes,
        history_notes=forgotten.history_notes,
        event_streams=_forget_streams(jobs),
        cached_answers=_forget_answers(user),
    )


def _held_still(user: User) -> tuple[list[UUID], list[UUID]]:
    """Lock what is to go, sessions before jobs as everywhere; a worker that is answering writes no more."""
    sessions = Session.objects.select_for_update(of=("self",)).filter(user=user).order_by("pk")
    held = list(sessions.values_list("pk", flat=True))
    jobs = Job.objects.select_for_update(of=("self",)).filter(session_id__in=held).order_by("pk")
    return held, list(jobs.values_list("pk", flat=True))


def _count(user: User, jobs: Sequence[UUID]) -> dict[str, int]:
    """Count what goes with its session."""
    deliveries = WebhookDelivery.objects.filter(job_id__in=jobs)
    by_hand = Intervention.objects.filter(Q(job_id__in=jobs) | Q(delivery__in=deliveries))
    return {
        "messages": Message.objects.filter(session__user=user).count(),
        "job_timings": Job.objects.filter(pk__in=jobs).exclude(timings={}).count(),
        "shadow_runs": ShadowRun.objects.filter(job_id__in=jobs).count(),
        "transitions": Transition.objects.filter(session__user=user).count(),
        "cache_audits": CacheAudit.objects.filter(Q(job_id__in=jobs) | Q(like__user=user)).count(),
        "budget_reservations": BudgetReservation.objects.filter(job_id__in=jobs).count(),
        "webhook_deliveries": deliveries.count(),
        "interventions": by_hand.count(),
    }


def _forget_traces(user: User, objects: Sequence[UUID]) -> dict[str, int]:
    """Delete or blank what else knows the person, while the account still has its address."""
    named = Q(username__iexact=user.email)
    failed = [
        model.objects.filter(named).delete()[0] for model in (AccessAttempt, AccessFailureLog, AccessLog)
    ]
    return {
        "idempotency_keys": IdempotencyRecord.objects.filter(user=user).delete()[0],
        "suggestion_feedback": SuggestionFeedback.objects.filter(user=user).delete()[0],
        "api_keys": AuthToken.objects.filter(user=user).delete()[0],
        "failed_logins": sum(failed),
        "browser_sessions": _end_browsing(user),
        "admin_log_entries": LogEntry.objects.filter(
            Q(object_id__in=[str(one) for one in objects])
            | Q(object_repr__icontains=user.email)
            | Q(change_message__icontains=user.email)
        )
        .exclude(object_repr=_ERASED)
        .update(object_repr=_ERASED, change_message=""),
    }


def _end_browsing(user: User) -> int:
    """End the person's sessions in browsers; only their contents say whose they are."""
    theirs = [
        session.pk
        for session in BrowserSession.objects.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    return BrowserSession.objects.filter(pk__in=theirs).delete()[0]


def _forget_streams(jobs: list[UUID]) -> int | None:
    # After the commit: a stream copies rows, which must be gone first.
    if not jobs:
        return 0
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as redis:
            return int(redis.delete(*map(key_of, jobs)))
    except RedisError:
        return None


def _forget_answers(user: User) -> int | None:
    """Take out the cached answers that were made from the person's words."""
    tag, store = user_tag(user.pk), patient_store()
    try:
        return sum(bool(store.drop(one.name)) for one in entries(store) if tag in one.tags)
    except (RedisError, CacheUnavailableError):
        return None
