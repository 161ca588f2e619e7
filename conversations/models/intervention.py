"""What operators did by hand to jobs and webhooks, and why."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from conversations.models.job import Job
from conversations.models.webhook import WebhookDelivery


class InterventionKind(models.TextChoices):
    """What was done."""

    REPLAYED = "replayed"
    CANCELLED = "cancelled"
    REDELIVERED = "redelivered"


class Intervention(models.Model):
    """One thing done by hand to a job or a delivery; written with it, and gone with it."""

    kind = models.CharField(max_length=12, choices=InterventionKind.choices)
    job = models.ForeignKey(
        Job, null=True, blank=True, on_delete=models.CASCADE, related_name="interventions"
    )
    delivery = models.ForeignKey(
        WebhookDelivery, null=True, blank=True, on_delete=models.CASCADE, related_name="interventions"
    )
    reason = models.CharField(max_length=300)
    error_code = models.CharField(max_length=60, blank=True, help_text="What it had ended with.")
    who = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(job__isnull=False, delivery__isnull=True)
                | Q(job__isnull=True, delivery__isnull=False),
                name="intervention_has_one_object",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="intervention_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}"


class DeadLetter(Job):
    """A job, as the admin's page of dead letters shows those that failed."""

    class Meta:
        proxy = True
        ordering = ["-finished_at", "-id"]
        default_permissions = ()
