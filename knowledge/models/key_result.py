"""Key results: how one will know that an objective is met."""

import uuid
from decimal import Decimal

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from knowledge.choices import Direction, Kind
from knowledge.models.invariants import SameOrganization, fixed
from knowledge.models.objective import Objective
from knowledge.models.organization import Organization


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True)
class KeyResult(models.Model):
    """A measure with a from and a to.

    `baseline` None says that it is not known yet; `current_value` None, that nobody checked in.
    The current value, the confidence and their time come from the newest check-in, by a trigger.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="key_results", db_index=False
    )
    objective = models.ForeignKey(
        Objective, on_delete=models.PROTECT, related_name="key_results", db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="key_results"
    )
    carried_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="carried_to", editable=False
    )
    position = models.PositiveSmallIntegerField(default=0)
    title = models.TextField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.METRIC)
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.INCREASE)
    baseline = models.DecimalField(
        max_digits=24, decimal_places=6, null=True, blank=True, help_text="Empty: not known yet."
    )
    target = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    band = models.DecimalField(
        max_digits=24,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="How far from its target a maintained value may be.",
    )
    unit = models.CharField(max_length=60, blank=True)
    weight = models.DecimalField(
        max_digits=8, decimal_places=3, default=Decimal(1), validators=[MinValueValidator(0)]
    )
    data_source = models.CharField(max_length=200, blank=True, help_text="Where the value is read.")
    due_on = models.DateField(null=True, blank=True)
    current_value = models.DecimalField(
        max_digits=24, decimal_places=6, null=True, blank=True, editable=False
    )
    confidence = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    checked_in_at = models.DateTimeField(null=True, blank=True, editable=False)
    score = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="Given at close, 0.0 to 1.0.",
    )
    score_reason = models.TextField(blank=True)
    external_id = models.CharField(max_length=200, blank=True, help_text="Its name in another system.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["position", "created_at", "id"]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="key_result_newest_in_org"),
            models.Index(fields=["objective", "position", "created_at"], name="key_result_in_order"),
            models.Index(fields=["objective", "checked_in_at"], name="key_result_last_checked_in"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="key_result_key_with_organization"),
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=~Q(external_id=""),
                name="key_result_external_id_unique",
            ),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="key_result_title_not_blank"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="key_result_kind_known"),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="key_result_direction_known"
            ),
            models.CheckConstraint(condition=Q(weight__gte=0), name="key_result_weight_not_negative"),
            models.CheckConstraint(
                condition=Q(band__isnull=True) | Q(band__gte=0, direction=Direction.MAINTAIN),
                name="key_result_band_of_a_maintained_value",
            ),
            models.CheckConstraint(
                condition=Q(baseline__isnull=True)
                | Q(target__isnull=True)
                | Q(direction=Direction.MAINTAIN)
                | Q(direction=Direction.INCREASE, target__gte=F("baseline"))
                | Q(direction=Direction.DECREASE, target__lte=F("baseline")),
                name="key_result_target_lies_in_its_direction",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | (Q(score__gte=0) & Q(score__lte=1) & ~Q(score_reason="")),
                name="key_result_score_in_range_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__lte=10),
                name="key_result_confidence_in_range",
            ),
            models.CheckConstraint(
                condition=Q(current_value__isnull=True, checked_in_at__isnull=True)
                | Q(current_value__isnull=False, checked_in_at__isnull=False),
                name="key_result_value_has_a_time",
            ),
            SameOrganization(field="objective", name="key_result_objective_same_organization"),
            SameOrganization(field="owner", name="key_result_owner_same_organization"),
            SameOrganization(field="carried_from", name="key_result_carried_same_organization"),
        ]
        triggers = [fixed("key_result_place_fixed", "organization", "objective")]

    def __str__(self) -> str:
        return self.title
