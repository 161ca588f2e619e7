"""Webhooks: who wants to hear of ended jobs, and what is still to be told them."""

import uuid
from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from conversations.models.job import Job
from knowledge.models import Organization

PING: Final = "webhook.ping"


class JobEvent(models.TextChoices):
    """What an endpoint may hear of: each way a job can end."""

    SUCCEEDED = "job.succeeded"
    FAILED = "job.failed"
    CANCELLED = "job.cancelled"
    SUPERSEDED = "job.superseded"


class DeliveryState(models.TextChoices):
    """How far a delivery has come; the last two are final until somebody redelivers."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    DEAD = "dead", "Dead letter"


class WebhookEndpoint(models.Model):
    """An address of an organization that is told when its jobs end.

    The secret is in no column: it is derived from the server's key and `secret_salt`, so that whoever
    reads the database cannot sign. `secret_check` tells a derived secret from the one that was shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    url = models.URLField(max_length=500)
    description = models.CharField(max_length=200, blank=True)
    events = ArrayField(
        models.CharField(max_length=20, choices=JobEvent.choices),
        default=list,
        blank=True,
        help_text="Which ends it is told of; none means all.",
    )
    enabled = models.BooleanField(default=True)
    disabled_why = models.CharField(max_length=200, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    secret_salt = models.CharField(max_length=64, editable=False)
    secret_check = models.CharField(max_length=64, editable=False)
    previous_salt = models.CharField(max_length=64, blank=True, editable=False)
    previous_check = models.CharField(max_length=64, blank=True, editable=False)
    previous_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "url"], name="webhook_one_per_address"),
            models.CheckConstraint(
                condition=Q(events__contained_by=JobEvent.values), name="webhook_events_known"
            ),
        ]

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One event for one endpoint: written in the transaction that ended the job, sent afterwards.

    It carries ids and states, never words; its `id` is the message id that receivers tell repetitions by.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=20)
    data = models.JSONField(default=dict, help_text="What the receiver is told.")
    occurred_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, db_default=DeliveryState.PENDING)
    attempts = models.PositiveIntegerField(db_default=0)
    lease_epoch = models.PositiveIntegerField(db_default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(db_default=Now())
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, db_default="", blank=True)
    tries = models.JSONField(db_default=models.Value([], models.JSONField()), blank=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "webhook deliveries"
        indexes = [
            models.Index(
                fields=["endpoint", "next_attempt_at"],
                name="delivery_to_send",
                condition=Q(state=DeliveryState.PENDING),
            ),
            models.Index(
                fields=["lease_until"], name="delivery_in_flight", condition=Q(state=DeliveryState.SENDING)
            ),
            models.Index(fields=["-finished_at"], name="delivery_newest_finished"),
            models.Index(fields=["endpoint", "-created_at", "-id"], name="delivery_newest_of_endpoint"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.SENDING, lease_until__isnull=False)
                | (~Q(state=DeliveryState.SENDING) & Q(lease_until__isnull=True)),
                name="delivery_lease_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[DeliveryState.DELIVERED, DeliveryState.DEAD], finished_at__isnull=False
                )
                | Q(state__in=[DeliveryState.PENDING, DeliveryState.SENDING], finished_at__isnull=True),
                name="delivery_finished_when_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint_id}"
