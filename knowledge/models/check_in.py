"""Check-ins: what a key result's value was, when, and who said so."""

import uuid

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from knowledge.models.invariants import SameOrganization, append_only, newest_check_in_wins
from knowledge.models.key_result import KeyResult
from knowledge.models.organization import Organization


@pghistory.track(pghistory.InsertEvent(), append_only=True)
class CheckIn(models.Model):
    """A value at a moment, with a forecast; written once, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="check_ins", db_index=False
    )
    key_result = models.ForeignKey(
        KeyResult, on_delete=models.PROTECT, related_name="check_ins", db_index=False
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="check_ins")
    value = models.DecimalField(max_digits=24, decimal_places=6)
    confidence = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(10)], help_text="A forecast, 0 to 10."
    )
    note = models.TextField(blank=True)
    external_id = models.CharField(max_length=200, blank=True, help_text="Its name in another system.")
    checked_in_at = models.DateTimeField(default=timezone.now, help_text="When the value was so.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-checked_in_at", "-created_at", "-id"]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="check_in_newest_in_org"),
            models.Index(fields=["key_result", "-created_at", "-id"], name="check_in_newest_of_result"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key_result", "external_id"],
                condition=~Q(external_id=""),
                name="check_in_external_id_unique",
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__lte=10),
                name="check_in_confidence_in_range",
            ),
            SameOrganization(field="key_result", name="check_in_result_same_organization"),
            SameOrganization(field="author", name="check_in_author_same_organization"),
        ]
        triggers = [append_only("check_in_append_only"), newest_check_in_wins("check_in_newest_wins")]

    def __str__(self) -> str:
        return f"{self.value:g} on {self.checked_in_at:%Y-%m-%d}"
