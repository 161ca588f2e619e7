"""Budgets in money: reserve before a call, settle in the transaction that commits the answer.

Nothing is added up beside the rows it is made of: a reservation is a row until it becomes a part of the
day's sum, in one transaction, so no crash lets the two drift apart. What dies is released by the sweep.
A call that came to nothing is charged what the provider said it had counted by then, and no more.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from conversations.errors import BudgetExhaustedError
from conversations.kept import Kept
from conversations.models import Budget
from conversations.sql import rows, send

_BEGIN_DAY: Final = """
    INSERT INTO conversations_budgetday (organization_id, day, spent_usd)
    SELECT %(organization)s, %(day)s::date, COALESCE(sum(job.cost_usd), 0) + COALESCE((
           SELECT sum(run.cost_usd) FROM conversations_shadowrun AS run
             JOIN conversations_job AS asked ON asked.id = run.job_id
            WHERE asked.organization_id = %(organization)s AND run.finished_at >= %(day)s::date), 0)
      FROM conversations_job AS job
     WHERE organization_id = %(organization)s AND finished_at >= %(day)s::date AND status = 'succeeded'
        ON CONFLICT (organization_id, day) DO NOTHING
"""
_SPENT: Final = """
    SELECT spent_usd FROM conversations_budgetday
     WHERE organization_id = %(organization)s AND day = %(day)s::date
"""
_RESERVED: Final = """
    SELECT COALESCE(sum(amount_usd), 0) FROM conversations_budgetreservation
     WHERE organization_id = %(organization)s AND day = %(day)s::date AND job_id <> %(job)s
       AND expires_at > statement_timestamp()
"""
_RESERVE: Final = """
    INSERT INTO conversations_budgetreservation (job_id, organization_id, day, epoch, amount_usd, expires_at)
    VALUES (%(job)s, %(organization)s, %(day)s::date, %(epoch)s, %(amount)s::numeric,
            statement_timestamp() + make_interval(secs => %(life)s))
        ON CONFLICT (job_id) DO UPDATE SET day = EXCLUDED.day, epoch = EXCLUDED.epoch,
           amount_usd = EXCLUDED.amount_usd, expires_at = EXCLUDED.expires_at
"""
# The day is the reservation's own: a call that ends after midnight was begun before it. What came to
# nothing gives back its own attempt's reservation alone: the next attempt may hold one by now.
_SETTLE: Final = """
    WITH gone AS (
        DELETE FROM conversations_budgetreservation
         WHERE job_id = %(job)s AND (%(epoch)s::bigint IS NULL OR epoch = %(epoch)s::bigint) RETURNING day)
    UPDATE conversations_budgetday SET spent_usd = spent_usd + %(cost)s::numeric
     WHERE organization_id = %(organization)s
       AND day = COALESCE((SELECT day FROM gone), (statement_timestamp() AT TIME ZONE 'UTC')::date)
"""
_RELEASE_EXPIRED: Final = """
    DELETE FROM conversations_budgetreservation WHERE expires_at < statement_timestamp() RETURNING job_id
"""


class Limits:
    """Every organization's daily limit, read at most every few seconds per process."""

    def __init__(self) -> None:
        self._by_organization = Kept(_limits)

    def of(self, organization_id: UUID) -> Decimal | None:
        """Give the dollars a day; None where there is no budget."""
        default: Decimal | None = settings.ORGANIZATION_DAILY_BUDGET_USD or None
        return self._by_organization.get().get(organization_id, default)

    def exist(self) -> bool:
        """Tell whether anybody has a budget."""
        return bool(settings.ORGANIZATION_DAILY_BUDGET_USD or self._by_organization.get())

    def forget(self) -> None:
        """Read anew the next time."""
        self._by_organization.forget()


def _limits() -> Mapping[UUID, Decimal]:
    return dict(Budget.objects.values_list("organization_id", "daily_usd"))


LIMITS: Final = Limits()


def check_budget(organization_id: UUID) -> None:
    """Raise BudgetExhaustedError when the organization has nothing left to spend today."""
    limit = LIMITS.of(organization_id)
    if limit is None:
        return
    day = _today()
    spent = sum(
        (one for (one,) in rows(_SPENT, organization=organization_id, day=str(day.date()))), Decimal()
    )
    if spent >= limit:
        raise BudgetExhaustedError(_until_next(day))


def reserve(
    organization_id: UUID,
    job_id: UUID,
    epoch: int,
    amount: Decimal,
    *,
    life: timedelta,
    share: Decimal = Decimal(1),
) -> None:
    """Set money aside for a call, or raise BudgetExhaustedError; without a budget nothing is written.

    A call that is less than urgent may be refused once a share of the day's money is gone.
    """
    limit = LIMITS.of(organization_id)
    if limit is None:
        return
    day = _today()
    whose: dict[str, UUID | str] = {"organization": organization_id, "day": str(day.date())}
    with transaction.atomic():
        rows(_BEGIN_DAY, **whose)
        # The day's row is the lock: of two calls for the last dollar, the second sees the first.
        [(spent,)] = rows(_SPENT + " FOR UPDATE", **whose)
        [(reserved,)] = rows(_RESERVED, job=job_id, **whose)
        if spent + reserved + amount > limit * share:
            raise BudgetExhaustedError(_until_next(day))
        rows(_RESERVE, job=job_id, epoch=epoch, amount=str(amount), life=life.total_seconds(), **whose)


def settle(organization_id: UUID, job_id: UUID, cost: Decimal) -> None:
    """Turn what was set aside into what was spent; call it in the transaction that commits the answer."""
    if LIMITS.exist():
        send(_SETTLE, organization=organization_id, job=job_id, epoch=None, cost=str(cost))


def settle_failed(organization_id: UUID, job_id: UUID, epoch: int, cost: Decimal) -> None:
    """Give back what was set aside for an attempt that came to nothing, less what it cost as far as known."""
    if LIMITS.exist():
        send(_SETTLE, organization=organization_id, job=job_id, epoch=epoch, cost=str(cost))


def release_expired() -> int:
    """Give back what was set aside by attempts that died; give how many."""
    return len(rows(_RELEASE_EXPIRED))


def _today() -> datetime:
    return datetime.now(UTC)


def _until_next(day: datetime) -> float:
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return max((midnight - day).total_seconds(), 1.0)
