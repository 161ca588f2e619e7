"""What clients send and receive about webhooks."""

from typing import Any

from rest_framework import serializers

from conversations.api.fields import StrictChoiceField, StrictTextField
from conversations.api.inputs import StrictInput
from conversations.models import DeliveryState, JobEvent, WebhookDelivery, WebhookEndpoint
from conversations.services.webhooks import WithSecret
from conversations.webhooks.addresses import AddressRefusedError, check_url
from conversations.webhooks.message import message_id


class StrictBooleanField(serializers.BooleanField):
    """A JSON true or false; texts and numbers are refused."""

    def to_internal_value(self, data: Any) -> bool:
        """Give the value, or refuse."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class EventsField(serializers.ListField):
    """A list of events without repetitions."""

    child = StrictChoiceField(choices=JobEvent.choices)


class WebhookInput(StrictInput):
    """An endpoint to make, or what to change in one."""

    url = StrictTextField(max_length=500, help_text="An https:// address; its host must be public.")
    description = StrictTextField(max_length=200, allow_blank=True, required=False)
    events = EventsField(required=False, max_length=20, help_text="Which ends it hears of; none means all.")
    enabled = StrictBooleanField(required=False)

    def validate_url(self, url: str) -> str:
        """Refuse an address that is seen to be wrong without asking DNS; the rest is seen when sending."""
        try:
            check_url(url)
        except AddressRefusedError as refusal:
            raise serializers.ValidationError(refusal.message) from None
        return url


class WebhookOutput(serializers.Serializer[Any]):
    """An endpoint."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    events = serializers.ListField(child=serializers.ChoiceField(choices=JobEvent.choices))
    enabled = serializers.BooleanField()
    disabled_why = serializers.CharField(allow_blank=True)
    failing_since = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WebhookSecretOutput(WebhookOutput):
    """An endpoint with its secret, which is shown only now."""

    secret = serializers.CharField(help_text="Begins with whsec_; keep it, it is not shown again.")


class WebhookTryOutput(serializers.Serializer[Any]):
    """One attempt to send."""

    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True, help_text="What the receiver answered, if it did.")
    error = serializers.CharField(allow_blank=True)
    ms = serializers.IntegerField()


class WebhookDeliveryOutput(serializers.Serializer[Any]):
    """One message to one endpoint, and how it stands."""

    id = serializers.UUIDField()
    message_id = serializers.CharField(help_text="The webhook-id header; the same at each attempt.")
    event = serializers.CharField()
    job = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    attempts = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    occurred_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    tries = WebhookTryOutput(many=True)


def webhook_json(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """Write an endpoint, without its secret."""
    return {
        "id": endpoint.pk,
        "url": endpoint.url,
        "description": endpoint.description,
        "events": endpoint.events,
        "enabled": endpoint.enabled,
        "disabled_why": endpoint.disabled_why,
        "failing_since": endpoint.failing_since,
        "created_at": endpoint.created_at,
        "updated_at": endpoint.updated_at,
    }


def secret_json(made: WithSecret) -> dict[str, Any]:
    """Write an endpoint with its secret, this once."""
    return webhook_json(made.endpoint) | {"secret": made.secret}


def delivery_json(delivery: WebhookDelivery) -> dict[str, Any]:
    """Write a delivery."""
    waits = delivery.state == DeliveryState.PENDING
    return {
        "id": delivery.pk,
        "message_id": message_id(delivery.pk),
        "event": delivery.event,
        "job": delivery.job_id,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_attempt_at": delivery.next_attempt_at if waits else None,
        "occurred_at": delivery.occurred_at,
        "created_at": delivery.created_at,
        "finished_at": delivery.finished_at,
        "tries": delivery.tries,
    }
