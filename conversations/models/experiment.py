"""Experiments: wordings and models compared on real sessions, and the plan made before the first."""

from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from conversations.experiments.measures import Measure
from conversations.models.prompt_version import PromptVersion
from knowledge.models import Organization


class ExperimentStatus(models.TextChoices):
    """How far an experiment has come."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"


class Experiment(models.Model):
    """A question put to real sessions; what it looks for is fixed before the first of them."""

    name = models.CharField(max_length=80, unique=True)
    hypothesis = models.TextField(blank=True, help_text="What is expected, and why.")
    status = models.CharField(
        max_length=10, choices=ExperimentStatus.choices, default=ExperimentStatus.DRAFT, editable=False
    )
    organization = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Only new sessions of this organization; empty means all new sessions.",
    )
    primary_metric = models.CharField(
        max_length=12, choices=Measure.choices, default=Measure.QUALITY, help_text="It alone decides."
    )
    least_effect = models.FloatField(
        validators=[MinValueValidator(1e-9)],
        help_text="The least difference worth knowing, in the metric's own unit; 0.05 is five of a hundred.",
    )
    sessions_each = models.PositiveIntegerField(
        validators=[MinValueValidator(2), MaxValueValidator(20_000)],
        help_text="The horizon: sessions of each variant, from the power calculator on the results page.",
    )
    alpha = models.FloatField(
        default=0.05,
        validators=[MinValueValidator(0.0001), MaxValueValidator(0.2)],
        help_text="The risk of an alarm without a difference.",
    )
    power = models.FloatField(
        default=0.8,
        validators=[MinValueValidator(0.5), MaxValueValidator(0.99)],
        help_text="The chance of finding the least effect.",
    )
    ripens_after = models.DurationField(
        default=timedelta(days=1),
        help_text="A session counts this long after it began, finished or not; 0 counts all as they stand.",
    )
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    promoted = models.ForeignKey(
        "conversations.Variant",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ExperimentStatus.values), name="experiment_status_known"
            ),
            models.CheckConstraint(
                condition=Q(primary_metric__in=Measure.values), name="experiment_metric_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ExperimentStatus.DRAFT, started_at__isnull=True)
                | (~Q(status=ExperimentStatus.DRAFT) & Q(started_at__isnull=False)),
                name="experiment_started_unless_draft",
            ),
            models.CheckConstraint(condition=Q(least_effect__gt=0), name="experiment_effect_above_zero"),
            # A running one for everybody and one for an organization are kept apart by the service.
            models.UniqueConstraint(
                Coalesce(
                    "organization",
                    Value("00000000-0000-0000-0000-000000000000"),
                    output_field=models.UUIDField(),
                ),
                condition=Q(status=ExperimentStatus.RUNNING),
                name="experiment_one_running_per_traffic",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Variant(models.Model):
    """One of the ways compared: a wording, and where wanted a model; the first is the control."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="variants")
    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0, help_text="The lowest is the control.")
    prompt = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="variants")
    model = models.CharField(
        max_length=100,
        blank=True,
        help_text="Instead of the route's: “strong”, “fast” or a name; empty leaves the route.",
    )
    weight = models.PositiveSmallIntegerField(
        default=50, validators=[MaxValueValidator(100)], help_text="Percent of the sessions."
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["experiment", "name"], name="variant_one_per_name"),
            models.CheckConstraint(condition=Q(weight__lte=100), name="variant_weight_is_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.experiment.name}"
