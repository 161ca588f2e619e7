"""Replay what failed, stop what should not go on, send webhooks again: one or many, with a reason."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet

from conversations.errors import ConflictError, ConversationError
from conversations.models import Intervention, InterventionKind, Job, WebhookDelivery
from conversations.services.jobs import cancel, retry
from conversations.services.webhooks import redeliver
from knowledge.models import User

# Each is a transaction of its own; more than so many would outlast a request.
MOST_AT_ONCE: Final = 500
MOST_REASON: Final = 300
_JOBS: Final = "conversations.change_job"
_DELIVERIES: Final = "conversations.change_webhookdelivery"
T = TypeVar("T", bound=Model)


class ReasonMissingError(ConversationError):
    """Say why, in at most 300 characters."""

    code = "reason_missing"


@dataclass(slots=True)
class Outcome:
    """How many were done, what was refused and why, and how many were left for the next time."""

    done: int = 0
    refused: list[str] = field(default_factory=list)
    left: int = 0


def replay_jobs(jobs: QuerySet[Job], *, by: User, reason: str) -> Outcome:
    """Queue ended jobs again, each as its session's newest turn, in the order of their turns."""
    why = _checked(by, _JOBS, reason)
    in_turn = jobs.order_by("session_id", "turn")
    return _each(in_turn, lambda job: _on_job(job, retry, InterventionKind.REPLAYED, by, why))


def cancel_jobs(jobs: QuerySet[Job], *, by: User, reason: str) -> Outcome:
    """Stop jobs that have not ended, the last turns first, so that none begins meanwhile."""
    why = _checked(by, _JOBS, reason)
    last_first = jobs.order_by("session_id", "-turn")
    return _each(last_first, lambda job: _on_job(job, cancel, InterventionKind.CANCELLED, by, why))


def redeliver_many(deliveries: QuerySet[WebhookDelivery], *, by: User, reason: str) -> Outcome:
    """Send webhooks again under their message ids, the oldest first."""
    why = _checked(by, _DELIVERIES, reason)

    def send(delivery: WebhookDelivery) -> None:
        with transaction.atomic():
            Intervention.objects.create(
                kind=InterventionKind.REDELIVERED, delivery=delivery, reason=why, who=by
            )
            redeliver(delivery)

    return _each(deliveries.order_by("created_at"), send)


def _on_job(job: Job, act: Callable[[Job], Job], kind: InterventionKind, by: User, why: str) -> None:
    with transaction.atomic():
        Intervention.objects.create(kind=kind, job=job, reason=why, who=by, error_code=job.error_code)
        act(job)


def _checked(by: User, right: str, reason: str) -> str:
    if not by.has_perm(right):
        raise PermissionDenied
    why = reason.strip()
    if not why or len(why) > MOST_REASON:
        raise ReasonMissingError
    return why


def _each(rows: QuerySet[T], act: Callable[[T], None]) -> Outcome:
    outcome = Outcome(left=max(0, rows.count() - MOST_AT_ONCE))
    for row in rows[:MOST_AT_ONCE]:
        try:
            act(row)
            outcome.done += 1
        except ConflictError as refusal:
            outcome.refused.append(f"{row}: {refusal.message}")
    return outcome
