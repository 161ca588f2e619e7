"""Rows that say which model answers, how hard it thinks and how much it may write."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from conversations.strategies import StrategyName
from conversations.values import Effort, MessageKind, Phase, Step

_STRATEGIES = [(one.value, one.value.replace("_", " ").capitalize()) for one in StrategyName]


class RouteRule(models.Model):
    """Which model is asked at one point of a conversation; the first rule that fits decides."""

    name = models.CharField(max_length=80)
    enabled = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=100, help_text="The lowest is tried first.")
    step = models.CharField(max_length=20, blank=True, choices=Step.choices, help_text="Empty: at any.")
    phase = models.CharField(max_length=20, blank=True, choices=Phase.choices, help_text="Empty: in any.")
    kind = models.CharField(
        max_length=20, blank=True, choices=MessageKind.choices, help_text="Empty: any message."
    )
    strategy = models.CharField(max_length=40, blank=True, choices=_STRATEGIES, help_text="Empty: with any.")
    model = models.CharField(
        max_length=100,
        help_text="“strong” (CLAUDE_MODEL), “fast” (CLAUDE_FAST_MODEL), or a model by its own name.",
    )
    fallbacks = models.CharField(
        max_length=300,
        blank=True,
        help_text="Models to ask, in this order, when it is overloaded or unavailable; comma separated.",
    )
    effort = models.CharField(
        max_length=10, blank=True, choices=Effort.choices, help_text="Empty: the model's own."
    )
    max_tokens = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(64), MaxValueValidator(64_000)],
        help_text="The most an answer may have; empty: CLAUDE_MAX_TOKENS.",
    )
    note = models.TextField(blank=True, help_text="Why this rule is there.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="route_rule_one_per_name"),
            models.CheckConstraint(condition=~Q(model=""), name="route_rule_names_a_model"),
            models.CheckConstraint(condition=Q(step__in=["", *Step.values]), name="route_rule_step_known"),
        ]

    def __str__(self) -> str:
        return self.name
