"""Coaching sessions."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations.values import DoubleText, Phase
from knowledge.models import Organization


class Session(models.Model):
    """One person's conversation with the coach about one OKR."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="sessions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sessions")
    title = models.CharField(max_length=200, blank=True)
    phase = models.CharField(max_length=20, choices=Phase.choices, default=Phase.DISCOVERY)
    context = models.JSONField(default=dict, blank=True)
    double_text = models.CharField(max_length=10, choices=DoubleText.choices, default=DoubleText.QUEUE)
    next_turn = models.PositiveIntegerField(default=1, help_text="The turn the next message takes.")
    draft = models.JSONField(default=dict, blank=True, help_text="The OKR as it stands (values.Draft).")
    draft_version = models.PositiveIntegerField(default=0)
    approved_version = models.PositiveIntegerField(null=True, blank=True)
    approved_texts = models.JSONField(default=list, blank=True, help_text="Sentences approved to the letter.")
    messages_since_progress = models.PositiveIntegerField(default=0)
    quality = models.JSONField(null=True, blank=True, help_text="The last assessment of the draft.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["user", "-created_at", "-id"],
                name="session_newest_of_user",
                condition=Q(deleted_at=None),
            ),
            models.Index(fields=["organization", "-updated_at"], name="session_updated_in_org"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="session_phase_known"),
            models.CheckConstraint(
                condition=Q(double_text__in=DoubleText.values), name="session_double_text_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Session {str(self.id)[:8]}"


class Transition(models.Model):
    """One change of phase: from, to, what set it off, and the evidence."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="transitions")
    from_phase = models.CharField(max_length=20, choices=Phase.choices)
    to_phase = models.CharField(max_length=20, choices=Phase.choices)
    trigger = models.CharField(max_length=40)
    forced = models.BooleanField(default=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    job = models.ForeignKey("conversations.Job", null=True, blank=True, on_delete=models.SET_NULL)
    evidence = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.from_phase} → {self.to_phase}"
