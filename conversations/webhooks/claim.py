"""Claim a delivery, and write how its attempt ended: conditional updates, as for jobs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from conversations.sql import rows

# Longer than an attempt may take: resolving 5 s, then 15 s of wall clock for the rest.
LEASE: Final = timedelta(seconds=45)
# A slow receiver holds so many slots of the workers, and all receivers together so many.
MOST_PER_ENDPOINT: Final = 4
MOST_IN_FLIGHT: Final = 32
KEPT_TRIES: Final = 20

_CLAIM: Final = """
    WITH due AS (
        SELECT delivery.id FROM conversations_webhookdelivery AS delivery
          JOIN conversations_webhookendpoint AS endpoint ON endpoint.id = delivery.endpoint_id
         WHERE delivery.endpoint_id = %(endpoint)s AND delivery.state = 'pending' AND endpoint.enabled
           AND delivery.next_attempt_at <= statement_timestamp()
           AND (SELECT count(*) FROM conversations_webhookdelivery AS other
                 WHERE other.state = 'sending' AND other.endpoint_id = %(endpoint)s) < %(per_endpoint)s
           AND (SELECT count(*) FROM conversations_webhookdelivery AS other
                 WHERE other.state = 'sending') < %(in_flight)s
         ORDER BY delivery.next_attempt_at LIMIT 1 FOR UPDATE OF delivery SKIP LOCKED)
    UPDATE conversations_webhookdelivery AS delivery
       SET state = 'sending', attempts = attempts + 1, lease_epoch = lease_epoch + 1,
           lease_until = statement_timestamp() + make_interval(secs => %(lease)s)
      FROM due WHERE delivery.id = due.id
 RETURNING delivery.id, delivery.lease_epoch, delivery.attempts, delivery.event, delivery.data::text,
           delivery.occurred_at
"""
_RECORD: Final = """
    UPDATE conversations_webhookdelivery
       SET state = %(state)s::text, lease_until = NULL, response_status = %(status)s::int,
           error = %(error)s::text,
           next_attempt_at = CASE WHEN %(state)s::text = 'pending'
               THEN statement_timestamp() + make_interval(secs => %(wait)s) ELSE next_attempt_at END,
           finished_at = CASE WHEN %(state)s::text = 'pending' THEN NULL ELSE statement_timestamp() END,
           tries = (SELECT COALESCE(jsonb_agg(one ORDER BY place), '[]') FROM (
               SELECT one, place FROM jsonb_array_elements(tries || jsonb_build_array(%(attempt)s::jsonb))
                 WITH ORDINALITY AS listed (one, place) ORDER BY place DESC LIMIT %(kept)s) AS newest)
     WHERE id = %(id)s AND state = 'sending' AND lease_epoch = %(epoch)s
 RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours to attempt, under this epoch."""

    id: UUID
    epoch: int
    attempts: int
    event: str
    data: dict[str, Any]
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended; a wait means that it will be tried again."""

    state: str
    status: int | None
    error: str
    took_ms: int
    wait: timedelta = timedelta(0)


def claim_due(endpoint_id: UUID) -> Claimed | None:
    """Take the endpoint's most overdue delivery, if one is due and enough slots are free."""
    taken = rows(
        _CLAIM,
        endpoint=endpoint_id,
        per_endpoint=MOST_PER_ENDPOINT,
        in_flight=MOST_IN_FLIGHT,
        lease=LEASE.total_seconds(),
    )
    for identity, epoch, attempts, event, data, occurred_at in taken:
        return Claimed(identity, epoch, attempts, event, orjson.loads(data), occurred_at)
    return None


def record(claimed: Claimed, ending: Ending, *, moment: datetime) -> bool:
    """Write an attempt's end; False when another attempt has taken the delivery over."""
    attempt = {
        "at": moment.isoformat(timespec="milliseconds"),
        "status": ending.status,
        "error": ending.error,
        "ms": ending.took_ms,
    }
    written = rows(
        _RECORD,
        id=claimed.id,
        epoch=claimed.epoch,
        attempt=orjson.dumps(attempt).decode(),
        state=ending.state,
        status=ending.status,
        error=ending.error[:300],
        wait=ending.wait.total_seconds(),
        kept=KEPT_TRIES,
    )
    return bool(written)
