"""Jobs: the promise to answer one message."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from conversations.models.message import Message
from conversations.models.outbox import tells_webhooks
from conversations.models.session import Session
from conversations.values import JobStatus, Priority
from knowledge.models import Organization

OPEN = (JobStatus.QUEUED, JobStatus.RUNNING)


class Job(models.Model):
    """The promise to answer one message; the row decides, whatever the broker delivers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="jobs")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="jobs")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="job")
    reply = models.OneToOneField(
        Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="answered_job"
    )
    turn = models.PositiveIntegerField()
    priority = models.CharField(max_length=12, choices=Priority.choices, default=Priority.INTERACTIVE)
    status = models.CharField(max_length=12, choices=JobStatus.choices, default=JobStatus.QUEUED)
    cache_control = models.CharField(max_length=20, blank=True)

    attempt = models.PositiveIntegerField(default=0)
    lease_epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=100, blank=True)
    available_at = models.DateTimeField(db_default=Now())
    is_head = models.BooleanField(
        default=True,
        db_default=True,
        help_text="First open turn of its session, when last looked at: the line that claims look along.",
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)

    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    model = models.CharField(max_length=100, blank=True)
    prompt_version = models.CharField(max_length=64, blank=True)
    variant = models.ForeignKey(
        "conversations.Variant", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    route = models.JSONField(null=True, blank=True, help_text="How the model was chosen, and who answered.")
    prompt_sections = models.JSONField(
        null=True, blank=True, help_text="The prompt's tokens by section, as estimated."
    )
    stop_reason = models.CharField(max_length=40, blank=True)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cache_creation_input_tokens = models.PositiveIntegerField(default=0)
    cache_read_input_tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8, default=0)
    timings = models.JSONField(default=dict, blank=True, help_text="Milliseconds (values.Timings).")
    cache = models.JSONField(default=dict, blank=True)
    assessment = models.JSONField(null=True, blank=True)
    suggestions = models.JSONField(default=list, blank=True)
    strategy = models.JSONField(default=dict, blank=True, help_text="The strategy chosen, and why.")
    phase = models.CharField(max_length=20, blank=True, help_text="The phase after this turn.")
    partial_text = models.TextField(blank=True, help_text="What was written before a stop.")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    error_retryable = models.BooleanField(default=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["session", "turn"], name="job_open_in_session", condition=Q(status__in=OPEN)
            ),
            models.Index(
                fields=["lease_until"], name="job_lease_to_reap", condition=Q(status=JobStatus.RUNNING)
            ),
            models.Index(
                fields=["available_at", "created_at"],
                name="job_queued_to_send",
                condition=Q(status=JobStatus.QUEUED),
            ),
            models.Index(
                fields=["-finished_at"], name="job_newest_finished", condition=Q(finished_at__isnull=False)
            ),
            models.Index(fields=["user", "-created_at"], name="job_newest_of_user"),
            models.Index(
                fields=["variant", "session"], name="job_of_variant", condition=Q(variant__isnull=False)
            ),
            models.Index(
                fields=["organization", "priority", "available_at"],
                name="job_claimable_in_fairness",
                condition=Q(status=JobStatus.QUEUED, is_head=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["session", "turn"], name="job_one_per_turn"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(status=JobStatus.RUNNING), name="job_one_running_per_session"
            ),
            models.CheckConstraint(condition=Q(status__in=JobStatus.values), name="job_status_known"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="job_priority_known"),
            models.CheckConstraint(
                condition=Q(status=JobStatus.RUNNING, lease_until__isnull=False)
                | (~Q(status=JobStatus.RUNNING) & Q(lease_until__isnull=True)),
                name="job_lease_while_running",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN, finished_at__isnull=True)
                | (~Q(status__in=OPEN) & Q(finished_at__isnull=False)),
                name="job_finished_when_over",
            ),
            # Erasing a message empties `reply`, so a reply implies success but not the other way.
            models.CheckConstraint(
                condition=Q(reply__isnull=True) | Q(status=JobStatus.SUCCEEDED),
                name="job_reply_only_on_success",
            ),
            models.CheckConstraint(
                condition=~Q(status=JobStatus.FAILED) | ~Q(error_code=""), name="job_failure_has_a_code"
            ),
            models.CheckConstraint(
                condition=Q(lease_epoch__gte=F("attempt")), name="job_epoch_covers_attempts"
            ),
        ]
        triggers = [tells_webhooks("job_tells_webhooks")]

    def __str__(self) -> str:
        return f"Job {str(self.id)[:8]} ({self.status})"


class IdempotencyRecord(models.Model):
    """A client's key and what it was first used for; the same key again gets the same job."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was asked.")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once_per_user")]

    def __str__(self) -> str:
        return self.key
