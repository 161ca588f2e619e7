"""What was said."""

import uuid

from django.db import models
from django.db.models import Q

from conversations.models.session import Session
from conversations.values import Role
from knowledge.models import Organization


class Message(models.Model):
    """One thing said, by the user or by the coach, at its place in the session.

    A turn is one user message and its reply: they share `turn`, and the user speaks first.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="messages")
    turn = models.PositiveIntegerField()
    role = models.CharField(max_length=10, choices=Role.choices)
    content = models.TextField()
    model = models.CharField(max_length=100, blank=True)
    stop_reason = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        # "user" sorts after "assistant": descending puts the question before its answer.
        ordering = ["turn", "-role"]
        constraints = [
            models.UniqueConstraint(fields=["session", "turn", "role"], name="message_one_per_turn_and_role"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="message_role_known"),
            models.CheckConstraint(condition=~Q(content=""), name="message_content_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.content[:60]}"
