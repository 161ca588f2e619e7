"""Send what is due for one endpoint: claim, post, record, and again while there is more."""

import logging
import time
from random import Random
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from conversations.errors import ConversationError
from conversations.metrics import count_delivery
from conversations.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from conversations.sql import release_connection
from conversations.webhooks import message
from conversations.webhooks.addresses import resolve
from conversations.webhooks.claim import Claimed, Ending, claim_due, record
from conversations.webhooks.post import Answer, post
from conversations.webhooks.schedule import MOST_ATTEMPTS, next_wait
from conversations.webhooks.signing import signed_headers

logger = logging.getLogger(__name__)

GONE: Final = 410
_TASK_SECONDS: Final = 20.0


def deliver_due(endpoint_id: UUID, *, random: Random | None = None) -> int:
    """Attempt the endpoint's due deliveries for a while; give how many were attempted.

    A process that dies here leaves a lease that runs out; the sweep makes the delivery due again.
    """
    jitter = random or Random()  # noqa: S311 - spreads retries, guards nothing
    until = time.monotonic() + _TASK_SECONDS
    attempted = 0
    while time.monotonic() < until:
        claimed = claim_due(endpoint_id)
        if claimed is None:
            break
        _attempt(endpoint_id, claimed, jitter)
        attempted += 1
    return attempted


def _attempt(endpoint_id: UUID, claimed: Claimed, random: Random) -> None:
    began, moment = time.monotonic(), timezone.now()
    answer: Answer | None = None
    error: ConversationError | None = None
    try:
        endpoint = WebhookEndpoint.objects.get(pk=endpoint_id)
        answer = _send(endpoint, claimed)
    except ConversationError as failure:
        error = failure
    took_ms = round((time.monotonic() - began) * 1000)
    ending = _ending(claimed, answer, error, took_ms, random)
    with transaction.atomic():
        if not record(claimed, ending, moment=moment):
            return
        _note_health(endpoint_id, ending)
    count_delivery(ending.state)
    if ending.state == DeliveryState.DEAD:
        logger.warning(
            "A webhook became a dead letter.",
            extra={"delivery": str(claimed.id), "endpoint": str(endpoint_id), "error": ending.error},
        )


def _send(endpoint: WebhookEndpoint, claimed: Claimed) -> Answer:
    body = message.body(event=claimed.event, occurred_at=claimed.occurred_at, data=claimed.data)
    headers = signed_headers(
        endpoint, message_id=message.message_id(claimed.id), moment=timezone.now(), body=body
    )
    # Receivers may be slow, and many at once.
    release_connection()
    target = resolve(endpoint.url)
    return post(target, body, headers)


def _ending(
    claimed: Claimed, answer: Answer | None, error: ConversationError | None, took_ms: int, random: Random
) -> Ending:
    if answer is not None and 200 <= answer.status < 300:
        return Ending(DeliveryState.DELIVERED, answer.status, "", took_ms)
    status = answer.status if answer else None
    said = error.message if error else _refusal(answer)
    wait = next_wait(claimed.attempts, retry_after=answer.retry_after if answer else "", random=random)
    final = (error is not None and not error.retryable) or status == GONE
    if wait is None or final:
        return Ending(DeliveryState.DEAD, status, said, took_ms)
    return Ending(DeliveryState.PENDING, status, said, took_ms, wait)


def _refusal(answer: Answer | None) -> str:
    if answer is None:
        return ""
    if 300 <= answer.status < 400:
        return f"The receiver redirected ({answer.status}); redirects are not followed."
    return f"The receiver answered {answer.status}."


def _note_health(endpoint_id: UUID, ending: Ending) -> None:
    """Remember since when an endpoint fails; one that is gone is told nothing more."""
    endpoint = WebhookEndpoint.objects.filter(pk=endpoint_id)
    if ending.state == DeliveryState.DELIVERED:
        endpoint.filter(failing_since__isnull=False).update(failing_since=None)
        return
    endpoint.update(failing_since=Coalesce("failing_since", Now()))
    if ending.status == GONE:
        endpoint.update(enabled=False, disabled_why="The receiver answered 410: it is gone.")


def take_back() -> int:
    """Make deliveries due again whose sender died, or dead letters when their attempts are used up."""
    lost = WebhookDelivery.objects.filter(state=DeliveryState.SENDING, lease_until__lt=Now())
    why = "The process that sent it died."
    dead = lost.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=DeliveryState.DEAD, lease_until=None, finished_at=Now(), error=why
    )
    again = lost.update(state=DeliveryState.PENDING, lease_until=None, next_attempt_at=Now(), error=why)
    return dead + again
