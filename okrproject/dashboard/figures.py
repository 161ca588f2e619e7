"""What the page shows, asked of PostgreSQL within one period and, where wanted, one organization."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

TARGET_MS = 2000.0
_SLOWEST = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Period(Enum):
    """How far back the page looks, and how long each of its points is."""

    HOUR = ("1h", "Last hour", timedelta(hours=1), timedelta(minutes=1))
    DAY = ("24h", "Last day", timedelta(days=1), timedelta(minutes=30))
    WEEK = ("7d", "Last week", timedelta(days=7), timedelta(hours=3))
    MONTH = ("30d", "Last 30 days", timedelta(days=30), timedelta(hours=12))

    def __init__(self, code: str, label: str, length: timedelta, point: timedelta) -> None:
        self.code, self.label, self.length, self.point = code, label, length, point


def period_of(code: str) -> Period:
    """Give the period of a code; an unknown one is the last hour."""
    return next((period for period in Period if period.code == code), Period.HOUR)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which jobs are looked at."""

    period: Period
    organization: UUID | None


@dataclass(frozen=True, slots=True)
class Point:
    """One stretch of the period."""

    at: datetime
    messages: int
    average_ms: float | None
    p95_ms: float | None
    asked: int
    hits: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one step took within the period."""

    name: str
    total_ms: float
    average_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Spent:
    """What one model read, wrote and cost on one day, and how long its calls took."""

    day: datetime
    model: str
    input_tokens: int
    output_tokens: int
    cost_usd: float
    average_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class Slow:
    """A message that took long."""

    job: UUID
    at: datetime
    total_ms: float
    claude_ms: float | None
    cache: str
    model: str


# Through the index of finished jobs; a period's jobs are read and no others.
_DONE = """
    FROM conversations_job
   WHERE finished_at > statement_timestamp() - make_interval(secs => %(length)s) AND status = 'succeeded'
     AND (%(organization)s::uuid IS NULL OR organization_id = %(organization)s::uuid)
"""
_TOTAL = "(timings ->> 'conversation_processing_total')::float"
_CALL = "(timings #>> '{steps,step_7_claude_api_call}')::float"
_POINTS = f"""
    SELECT date_bin(make_interval(secs => %(point)s), finished_at, 'epoch'::timestamptz) AS at, count(*),
           avg({_TOTAL}), percentile_cont(0.95) WITHIN GROUP (ORDER BY {_TOTAL}),
           count(*) FILTER (WHERE cache ->> 'status' IN ('hit', 'stale', 'miss', 'coalesced')),
           count(*) FILTER (WHERE cache ->> 'status' IN ('hit', 'stale'))
    {_DONE} GROUP BY at ORDER BY at
"""
_STEPS = f"""
    SELECT step.key, sum(step.value::float), avg(step.value::float),
           percentile_cont(0.95) WITHIN GROUP (ORDER BY step.value::float)
      FROM (SELECT timings {_DONE} AND jsonb_typeof(timings -> 'steps') = 'object') AS done,
           jsonb_each_text(done.timings -> 'steps') AS step
     GROUP BY step.key ORDER BY 2 DESC
"""  # noqa: S608 - made of constants.  # nosec B608
_SPENT = f"""
    SELECT date_trunc('day', finished_at) AS day, model,
           sum(input_tokens + cache_creation_input_tokens + cache_read_input_tokens), sum(output_tokens),
           sum(cost_usd)::float, avg({_CALL}), percentile_cont(0.95) WITHIN GROUP (ORDER BY {_CALL})
    {_DONE} AND model <> '' GROUP BY day, model ORDER BY day, model
"""
_SLOW = f"""
    SELECT id, finished_at, {_TOTAL}, {_CALL},
           coalesce(cache ->> 'status', ''), model
    {_DONE} AND timings ? 'conversation_processing_total' ORDER BY {_TOTAL} DESC LIMIT {_SLOWEST}
"""


def points(scope: Scope) -> tuple[Point, ...]:
    """Give every stretch of the period, oldest first, those without a message too."""
    found = {point.at: point for point in (Point(*row) for row in _rows(_POINTS, scope))}
    length, every = scope.period.length, scope.period.point
    latest = max([*found, _EPOCH + (timezone.now() - _EPOCH) // every * every])
    times = (latest - every * place for place in range(length // every, -1, -1))
    return tuple(found.get(at) or Point(at, 0, None, None, 0, 0) for at in times)


def steps(scope: Scope) -> tuple[Step, ...]:
    """Give every step, the one with the longest total first."""
    return tuple(Step(*row) for row in _rows(_STEPS, scope))


def spent(scope: Scope) -> tuple[Spent, ...]:
    """Give tokens, dollars and the time of calls by day and model; an answer from the cache has no call."""
    return tuple(Spent(*row) for row in _rows(_SPENT, scope))


def slowest(scope: Scope) -> tuple[Slow, ...]:
    """Give the messages that took longest."""
    return tuple(Slow(*row) for row in _rows(_SLOW, scope))


def _rows(statement: str, scope: Scope) -> Sequence[tuple[Any, ...]]:
    parameters = {
        "length": scope.period.length.total_seconds(),
        "point": scope.period.point.total_seconds(),
        "organization": scope.organization,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
