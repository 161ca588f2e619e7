"""Answers that went to other words than they were given for, looked at again."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations.models.cache_rule import CacheRule
from conversations.models.job import Job
from conversations.models.session import Session


class AuditVerdict(models.TextChoices):
    """What was found of a shared answer."""

    PENDING = "pending", "Not looked at yet"
    SAME = "same", "Both mean the same"
    DIFFERENT = "different", "A false hit"
    UNKNOWN = "unknown", "Cannot be told any more"


class CacheAudit(models.Model):
    """One first message that got the answer to another one, and whether it should have.

    The words themselves stay with their sessions: whoever is erased is erased from here, too.
    """

    rule = models.ForeignKey(CacheRule, null=True, on_delete=models.SET_NULL, related_name="audits")
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="cache_audit")
    like = models.ForeignKey(
        Session,
        verbose_name="first answered in",
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    similarity = models.FloatField()
    verdict = models.CharField(max_length=10, choices=AuditVerdict.choices, default=AuditVerdict.PENDING)
    difference = models.CharField(max_length=300, blank=True)
    judged_by = models.CharField(max_length=80, blank=True, help_text="A model, or a person.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=AuditVerdict.values), name="cache_audit_verdict_known"
            ),
            models.CheckConstraint(
                condition=Q(verdict=AuditVerdict.PENDING, judged_at=None)
                | (~Q(verdict=AuditVerdict.PENDING) & Q(judged_at__isnull=False)),
                name="cache_audit_judged_once_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="cache_audit_to_judge", condition=Q(verdict=AuditVerdict.PENDING)
            ),
            models.Index(fields=["rule", "-id"], name="cache_audit_of_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}, {self.created_at:%Y-%m-%d %H:%M:%S}"
