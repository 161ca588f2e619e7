"""Cycles: the spans of time goals are set for."""

import uuid

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from knowledge.choices import CycleStatus
from knowledge.models.invariants import fixed
from knowledge.models.organization import Organization


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True)
class Cycle(models.Model):
    """A span of time an organization sets goals for: a quarter, a year."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="cycles", db_index=False
    )
    name = models.CharField(max_length=100)
    status = models.CharField(max_length=10, choices=CycleStatus.choices, default=CycleStatus.PLANNING)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day.")
    learnings = models.TextField(blank=True, help_text="What the cycle taught, written at its close.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-starts_on", "-created_at"]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="cycle_newest_in_org"),
            models.Index(fields=["organization", "status", "-starts_on"], name="cycle_by_status_in_org"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="cycle_key_with_organization"),
            models.UniqueConstraint("organization", Lower("name"), name="cycle_name_unique_in_organization"),
            models.CheckConstraint(condition=Q(status__in=CycleStatus.values), name="cycle_status_known"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="cycle_name_not_blank"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="cycle_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(status=CycleStatus.CLOSED) | Q(closed_at__isnull=False),
                name="cycle_closed_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status=CycleStatus.ARCHIVED, archived_at__isnull=False)
                | (~Q(status=CycleStatus.ARCHIVED) & Q(archived_at__isnull=True)),
                name="cycle_archived_has_a_time",
            ),
        ]
        triggers = [fixed("cycle_organization_fixed", "organization")]

    def __str__(self) -> str:
        return self.name
