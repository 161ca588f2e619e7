"""Tell the workers which endpoints have something due; hints only: the rows are the outbox."""

import logging
from typing import Final
from uuid import UUID

from django.db import DatabaseError

from conversations.dispatch import send_delivery
from conversations.kept import Kept
from conversations.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from conversations.sql import rows
from conversations.webhooks.claim import MOST_PER_ENDPOINT
from conversations.webhooks.deliver import take_back

logger = logging.getLogger(__name__)

_MOST_HINTS: Final = 200
# One hint for each slot an endpoint may hold; whoever takes one works on while there is more.
_DUE: Final = """
    SELECT endpoint.id, LEAST(due.count, %(per_endpoint)s)::int
      FROM conversations_webhookendpoint AS endpoint
      CROSS JOIN LATERAL (
          SELECT count(*) FROM (
              SELECT 1 FROM conversations_webhookdelivery AS delivery
               WHERE delivery.endpoint_id = endpoint.id AND delivery.state = 'pending'
                 AND delivery.next_attempt_at <= statement_timestamp() LIMIT %(per_endpoint)s) AS overdue
      ) AS due
     WHERE endpoint.enabled AND due.count > 0 LIMIT %(most)s
"""


def _listening_organizations() -> frozenset[UUID]:
    enabled = WebhookEndpoint.objects.filter(enabled=True)
    return frozenset(enabled.values_list("organization_id", flat=True))


_listening = Kept(_listening_organizations)


def hint_webhooks(job_id: UUID, *, organization_id: UUID) -> None:
    """Have a job's deliveries sent now; call it after the commit. What is missed, the sweep sends."""
    try:
        if organization_id not in _listening.get():
            return
        endpoints = list(
            WebhookDelivery.objects.filter(job_id=job_id, state=DeliveryState.PENDING).values_list(
                "endpoint_id", flat=True
            )
        )
    except DatabaseError as error:
        logger.warning("Webhooks were not hinted at.", extra={"job": str(job_id), "error": repr(error)})
        return
    for endpoint_id in endpoints:
        send_delivery(endpoint_id)


def sweep_webhooks() -> int:
    """Take back what dead senders held, and hint at everything that is due; give the number of hints."""
    take_back()
    due = rows(_DUE, per_endpoint=MOST_PER_ENDPOINT, most=_MOST_HINTS)
    return sum(send_delivery(endpoint_id) for endpoint_id, slots in due for _ in range(slots))
