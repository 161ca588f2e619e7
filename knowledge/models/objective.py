"""Objectives: the changes an organization wants."""

import uuid

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from knowledge.choices import Commitment, ObjectiveStatus, Outcome
from knowledge.models.cycle import Cycle
from knowledge.models.invariants import SameOrganization, acyclic_alignment, fixed
from knowledge.models.organization import Organization, Team


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True)
class Objective(models.Model):
    """A change worth wanting, proven by its key results.

    Its parent is one objective or one key result; the chain upwards never closes into a circle.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="objectives", db_index=False
    )
    cycle = models.ForeignKey(
        Cycle, null=True, blank=True, on_delete=models.PROTECT, related_name="objectives", db_index=False
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="objectives", db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="objectives", db_index=False
    )
    parent_objective = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    parent_key_result = models.ForeignKey(
        "knowledge.KeyResult", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    carried_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="carried_to", editable=False
    )
    title = models.TextField()
    description = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=ObjectiveStatus.choices, default=ObjectiveStatus.DRAFT)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    commitment = models.CharField(max_length=12, choices=Commitment.choices, default=Commitment.COMMITTED)
    starts_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    context = models.JSONField(default=dict, blank=True, help_text="Industry, function, scope and the like.")
    score = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="Given at close, 0.0 to 1.0.",
    )
    score_reason = models.TextField(blank=True)
    learnings = models.TextField(blank=True, help_text="What it taught, written at its close.")
    quality = models.PositiveSmallIntegerField(
        null=True, blank=True, editable=False, help_text="The rubric's score of the set, 0 to 100."
    )
    external_id = models.CharField(max_length=200, blank=True, help_text="Its name in another system.")
    session_id = models.UUIDField(null=True, blank=True, editable=False, help_text="Where it was coached.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="objective_newest_in_org"),
            models.Index(fields=["cycle", "-created_at", "-id"], name="objective_newest_in_cycle"),
            models.Index(fields=["team", "-created_at", "-id"], name="objective_newest_of_team"),
            models.Index(fields=["owner", "-created_at", "-id"], name="objective_newest_of_owner"),
            models.Index(
                fields=["organization", "status", "-created_at", "-id"], name="objective_newest_by_status"
            ),
            GinIndex(SearchVector("title", config="simple"), name="objective_title_search"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="objective_key_with_organization"),
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=~Q(external_id=""),
                name="objective_external_id_unique",
            ),
            models.UniqueConstraint(
                fields=["session_id"],
                condition=Q(session_id__isnull=False),
                name="objective_one_per_session",
            ),
            models.UniqueConstraint(
                fields=["carried_from", "cycle"],
                condition=Q(carried_from__isnull=False),
                name="objective_carried_once_per_cycle",
            ),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="objective_title_not_blank"),
            models.CheckConstraint(
                condition=Q(status__in=ObjectiveStatus.values), name="objective_status_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *Outcome.values]), name="objective_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(commitment__in=Commitment.values), name="objective_commitment_known"
            ),
            models.CheckConstraint(
                condition=Q(parent_objective__isnull=True) | Q(parent_key_result__isnull=True),
                name="objective_has_one_parent",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(due_on__isnull=True) | Q(due_on__gte=F("starts_on")),
                name="objective_due_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | (Q(score__gte=0) & Q(score__lte=1) & ~Q(score_reason="")),
                name="objective_score_in_range_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(quality__isnull=True) | Q(quality__lte=100), name="objective_quality_in_range"
            ),
            models.CheckConstraint(
                condition=~Q(status=ObjectiveStatus.CLOSED) | (~Q(outcome="") & Q(closed_at__isnull=False)),
                name="objective_closed_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(status__in=[ObjectiveStatus.CLOSED, ObjectiveStatus.ARCHIVED]),
                name="objective_outcome_only_at_the_end",
            ),
            models.CheckConstraint(
                condition=Q(status=ObjectiveStatus.ARCHIVED, archived_at__isnull=False)
                | (~Q(status=ObjectiveStatus.ARCHIVED) & Q(archived_at__isnull=True)),
                name="objective_archived_has_a_time",
            ),
            SameOrganization(field="cycle", name="objective_cycle_same_organization"),
            SameOrganization(field="team", name="objective_team_same_organization"),
            SameOrganization(field="owner", name="objective_owner_same_organization"),
            SameOrganization(field="parent_objective", name="objective_parent_same_organization"),
            SameOrganization(field="parent_key_result", name="objective_parent_result_same_organization"),
            SameOrganization(field="carried_from", name="objective_carried_same_organization"),
        ]
        triggers = [
            fixed("objective_organization_fixed", "organization"),
            acyclic_alignment("objective_alignment_acyclic"),
        ]

    def __str__(self) -> str:
        return self.title
