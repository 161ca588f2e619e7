"""Initiatives: the work meant to move key results."""

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from knowledge.choices import InitiativeStatus
from knowledge.models.invariants import SameOrganization, fixed
from knowledge.models.key_result import KeyResult
from knowledge.models.objective import Objective
from knowledge.models.organization import Organization


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True)
class Initiative(models.Model):
    """A piece of work for an objective, perhaps for one of its key results."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="initiatives", db_index=False
    )
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="initiatives")
    key_result = models.ForeignKey(
        KeyResult, null=True, blank=True, on_delete=models.PROTECT, related_name="initiatives"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="initiatives"
    )
    title = models.TextField()
    status = models.CharField(
        max_length=12, choices=InitiativeStatus.choices, default=InitiativeStatus.PLANNED
    )
    due_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="initiative_newest_in_org"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="initiative_title_not_blank"),
            models.CheckConstraint(
                condition=Q(status__in=InitiativeStatus.values), name="initiative_status_known"
            ),
            SameOrganization(field="objective", name="initiative_objective_same_organization"),
            SameOrganization(field="key_result", name="initiative_result_same_organization"),
            SameOrganization(field="owner", name="initiative_owner_same_organization"),
        ]
        triggers = [fixed("initiative_place_fixed", "organization", "objective")]

    def __str__(self) -> str:
        return self.title
