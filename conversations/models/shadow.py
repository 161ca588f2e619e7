"""Shadow runs: a candidate answers what users asked, and no user ever sees it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from conversations.models.job import Job
from conversations.models.prompt_version import PromptVersion


class ShadowPlan(models.Model):
    """A candidate, and the share of messages it answers unseen."""

    name = models.CharField(max_length=80, unique=True)
    enabled = models.BooleanField(default=True)
    prompt = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="shadow_plans")
    model = models.CharField(
        max_length=100, blank=True, help_text="“strong”, “fast” or a name; empty asks the route's."
    )
    share = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Percent of the messages; one message is answered by one candidate at most.",
    )
    most_a_day = models.PositiveIntegerField(default=200, help_text="Each costs as much as an answer.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gte=1, share__lte=100), name="shadow_plan_share_is_percent"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ShadowStatus(models.TextChoices):
    """Where a shadow run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class ShadowRun(models.Model):
    """One message as the candidate answered it, beside what the user was answered.

    `request` holds what is to be asked, and is emptied once it was.
    """

    plan = models.ForeignKey(ShadowPlan, on_delete=models.CASCADE, related_name="runs")
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=10, choices=ShadowStatus.choices, default=ShadowStatus.QUEUED)
    request = models.JSONField(default=dict, blank=True)
    model = models.CharField(max_length=100, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    reply = models.TextField(blank=True)
    draft = models.JSONField(null=True, blank=True)
    intent = models.CharField(max_length=20, blank=True)
    quality = models.FloatField(null=True, blank=True, help_text="Of the draft after this answer.")
    shown_quality = models.FloatField(null=True, blank=True, help_text="Of the draft the user got.")
    likeness = models.FloatField(null=True, blank=True, help_text="Of the two replies: 1 is word for word.")
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8, default=0)
    latency_ms = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ShadowStatus.values), name="shadow_run_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.job_id}"
