"""Say where an organization's webhooks go, and send one again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from conversations.dispatch import send_delivery
from conversations.errors import ConflictError
from conversations.models import PING, DeliveryState, WebhookDelivery, WebhookEndpoint
from conversations.webhooks.addresses import check_url
from conversations.webhooks.signing import new_secret
from knowledge.models import Organization, User

MOST_ENDPOINTS: Final = 20
# Receivers have a day to take up a new secret; until then both signatures are sent.
OVERLAP: Final = timedelta(hours=24)


class TooManyEndpointsError(ConflictError):
    """An organization may have 20 webhook endpoints."""

    code = "too_many_webhooks"


class SameAddressError(ConflictError):
    """There is already an endpoint with this address."""

    code = "webhook_exists"


class DeliveryUnderWayError(ConflictError):
    """This delivery is still under way."""

    code = "delivery_under_way"


@dataclass(frozen=True, slots=True)
class WithSecret:
    """An endpoint with its secret, which is shown this once."""

    endpoint: WebhookEndpoint
    secret: str


def create_endpoint(
    *,
    organization: Organization,
    url: str,
    by: User | None,
    description: str = "",
    events: Sequence[str] = (),
) -> WithSecret:
    """Have an address told when jobs end; raises AddressRefusedError for one that may not be."""
    check_url(url)
    made = new_secret()
    try:
        with transaction.atomic():
            # The lock makes the count hold against two creations at once.
            Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
            if WebhookEndpoint.objects.filter(organization=organization).count() >= MOST_ENDPOINTS:
                raise TooManyEndpointsError
            endpoint = WebhookEndpoint.objects.create(
                organization=organization,
                url=url,
                description=description,
                events=sorted(set(events)),
                secret_salt=made.salt,
                secret_check=made.check,
                created_by=by,
            )
    except IntegrityError:
        raise SameAddressError from None
    return WithSecret(endpoint, made.shown)


def update_endpoint(
    endpoint: WebhookEndpoint,
    *,
    url: str | None = None,
    description: str | None = None,
    events: Sequence[str] | None = None,
    enabled: bool | None = None,
) -> WebhookEndpoint:
    """Change what is given; enabling it again forgets why it was disabled."""
    changed = ["updated_at"]
    if url is not None:
        check_url(url)
        endpoint.url = url
        changed.append("url")
    if description is not None:
        endpoint.description = description
        changed.append("description")
    if events is not None:
        endpoint.events = sorted(set(events))
        changed.append("events")
    if enabled is not None:
        endpoint.enabled, endpoint.disabled_why, endpoint.failing_since = enabled, "", None
        changed += ["enabled", "disabled_why", "failing_since"]
    try:
        with transaction.atomic():
            endpoint.save(update_fields=changed)
    except IntegrityError:
        raise SameAddressError from None
    return endpoint


def rotate_secret(endpoint: WebhookEndpoint) -> WithSecret:
    """Give an endpoint a new secret; for a day messages are signed with both."""
    made = new_secret()
    endpoint.previous_salt, endpoint.previous_check = endpoint.secret_salt, endpoint.secret_check
    endpoint.previous_until = timezone.now() + OVERLAP
    endpoint.secret_salt, endpoint.secret_check = made.salt, made.check
    endpoint.save(
        update_fields=[
            "secret_salt", "secret_check", "previous_salt", "previous_check", "previous_until", "updated_at",
        ]
    )  # fmt: skip
    return WithSecret(endpoint, made.shown)


def delete_endpoint(endpoint: WebhookEndpoint) -> None:
    """Forget an endpoint and what it was still to be told."""
    with transaction.atomic():
        # Jobs that end at this moment hold a share lock on the row: they are waited for, or see it gone.
        for locked in WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk):
            locked.delete()


def ping(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Send an endpoint a message of no consequence, to try it out."""
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint, event=PING, data={"endpoint": str(endpoint.pk)}, occurred_at=timezone.now()
    )
    _hint(endpoint.pk)
    return delivery


def redeliver(delivery: WebhookDelivery) -> WebhookDelivery:
    """Send a delivery again, as the same message, with all its attempts before it."""
    again = WebhookDelivery.objects.filter(
        pk=delivery.pk, state__in=(DeliveryState.DELIVERED, DeliveryState.DEAD)
    ).update(state=DeliveryState.PENDING, attempts=0, next_attempt_at=Now(), finished_at=None, error="")
    if not again:
        raise DeliveryUnderWayError
    _hint(delivery.endpoint_id)
    delivery.refresh_from_db()
    return delivery


def _hint(endpoint_id: UUID) -> None:
    transaction.on_commit(lambda: send_delivery(endpoint_id))
