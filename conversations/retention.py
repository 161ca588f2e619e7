"""Let go of what nobody needs any more; harmless to run at any time, any number of times.

Each batch is a transaction of its own, so that no sweep holds many rows locked for long, and a sweep
ends after a bounded number of batches: the next one goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session as BrowserSession
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from knox.models import AuthToken

from conversations.models import (
    OPEN,
    BudgetDay,
    CacheFiring,
    IdempotencyRecord,
    Job,
    Session,
    ShadowRun,
    ShadowStatus,
    WebhookDelivery,
)
from conversations.sql import rows
from knowledge.models import SuggestionFeedback

BATCH = 200
MOST_BATCHES = 50
# A client that has not repeated its request by then will not.
_IDEMPOTENCY = timedelta(days=7)
_FIRINGS = timedelta(days=90)
_SHADOW_RUNS = timedelta(days=30)
# Nobody asks any more by then; what was to be asked is the users' own words.
_SHADOWS_ABANDONED = timedelta(hours=2)
_BUDGET_DAYS = timedelta(days=400)
# Far longer than any lock on an address lasts.
_FAILED_LOGINS = timedelta(days=2)
M = TypeVar("M", bound=Model)
_CLEAR_TIMINGS = """
    WITH old AS (
        SELECT id FROM conversations_job
         WHERE finished_at < statement_timestamp() - make_interval(secs => %(age)s) AND timings <> '{}'
         ORDER BY finished_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
    UPDATE conversations_job AS job SET timings = '{}' FROM old WHERE job.id = old.id RETURNING job.id
"""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows one sweep let go of."""

    sessions: int
    timings: int
    idempotency_records: int
    cache_firings: int
    webhook_deliveries: int
    api_keys: int
    browser_sessions: int
    admin_log_entries: int
    suggestion_feedback: int
    failed_logins: int
    budget_days: int
    shadow_runs: int
    shadow_runs_abandoned: int


def sweep(*, batch: int = BATCH, most_batches: int = MOST_BATCHES) -> Swept:
    """Delete old sessions with all that was said in them, old timings, and what has expired."""

    def repeated(step: Callable[[int], int]) -> int:
        total = 0
        for _ in range(most_batches):
            gone = step(batch)
            total += gone
            if gone < batch:
                break
        return total

    def expired(old: QuerySet[M]) -> int:
        return repeated(lambda most: _delete(old, most))

    long_ago = Now() - settings.SESSION_RETENTION
    return Swept(
        sessions=repeated(_delete_sessions),
        timings=repeated(_clear_timings),
        idempotency_records=expired(IdempotencyRecord.objects.filter(created_at__lt=Now() - _IDEMPOTENCY)),
        cache_firings=expired(
            CacheFiring.objects.filter(created_at__lt=Now() - _FIRINGS, applied_at__isnull=False)
        ),
        webhook_deliveries=expired(
            WebhookDelivery.objects.filter(finished_at__lt=Now() - settings.WEBHOOK_RETENTION)
        ),
        api_keys=expired(AuthToken.objects.filter(expiry__lt=Now())),
        browser_sessions=expired(BrowserSession.objects.filter(expire_date__lt=Now())),
        admin_log_entries=expired(LogEntry.objects.filter(action_time__lt=long_ago)),
        suggestion_feedback=expired(SuggestionFeedback.objects.filter(created_at__lt=long_ago)),
        failed_logins=expired(AccessAttempt.objects.filter(attempt_time__lt=Now() - _FAILED_LOGINS)),
        budget_days=expired(BudgetDay.objects.filter(day__lt=Now() - _BUDGET_DAYS)),
        shadow_runs=expired(ShadowRun.objects.filter(created_at__lt=Now() - _SHADOW_RUNS)),
        shadow_runs_abandoned=repeated(_abandon_shadow_runs),
    )


def _delete_sessions(most: int) -> int:
    """Delete sessions nobody touched for long, and those whose owner deleted them a while ago.

    One in which a job is still open is left to the next sweep.
    """
    over = Q(updated_at__lt=Now() - settings.SESSION_RETENTION) | Q(
        deleted_at__lt=Now() - settings.DELETED_SESSION_RETENTION
    )
    busy = Job.objects.filter(session=OuterRef("pk"), status__in=OPEN)
    with transaction.atomic():
        found = list(
            Session.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(over, ~Exists(busy))
            .order_by()
            .values_list("pk", flat=True)[:most]
        )
        Session.objects.filter(pk__in=found).delete()
    return len(found)


def _clear_timings(most: int) -> int:
    age = settings.TIMINGS_RETENTION.total_seconds()
    return len(rows(_CLEAR_TIMINGS, age=age, batch=most))


def _abandon_shadow_runs(most: int) -> int:
    """End the runs whose hint or whose worker was lost, and let go of what they were to ask."""
    lost = ShadowRun.objects.filter(
        status__in=[ShadowStatus.QUEUED, ShadowStatus.RUNNING], created_at__lt=Now() - _SHADOWS_ABANDONED
    )
    found = list(lost.order_by().values_list("pk", flat=True)[:most])
    return lost.filter(pk__in=found).update(
        status=ShadowStatus.FAILED, error_code="abandoned", request={}, finished_at=Now()
    )


def _delete(old: QuerySet[M], most: int) -> int:
    found = list(old.order_by().values_list("pk", flat=True)[:most])
    old.filter(pk__in=found).delete()
    return len(found)
