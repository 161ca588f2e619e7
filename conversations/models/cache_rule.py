"""Rules of the response cache, and the record of what they did."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from conversations.values import Phase
from knowledge.models import Organization


class CacheEvent(models.TextChoices):
    """What a rule reacts to."""

    REQUEST = "request", "A message is about to be answered"
    OKR_CHANGED = "okr_changed", "An objective, key result or check-in changes"
    SESSION_CHANGED = "session_changed", "A session's context changes"
    LIBRARY_CHANGED = "library_changed", "The knowledge library changes"
    PROMPT_PUBLISHED = "prompt_published", "A prompt is published"
    MODEL_CHANGED = "model_changed", "A route asks its model no more"
    USER_ERASED = "user_erased", "A user is erased"


class CacheScope(models.TextChoices):
    """Among whom a rule lets answers be shared."""

    ORGANIZATION = "organization", "Everybody of an organization"
    USER = "user", "One user alone"
    GLOBAL = "global", "Everybody"
    NOBODY = "nobody", "Not cached at all"


class CacheRule(models.Model):
    """What may be cached, for whom and for how long; or what an event makes a miss.

    A rule about requests decides by its scope and age, and the first that fits wins. A rule about any
    other event invalidates its tags.
    """

    name = models.CharField(max_length=80)
    enabled = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=100, help_text="The lowest is tried first.")
    event = models.CharField(max_length=20, choices=CacheEvent.choices)
    organization = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Only in this organization; empty means in all.",
    )
    phase = models.CharField(
        max_length=20, blank=True, choices=Phase.choices, help_text="Requests only: in this phase."
    )
    openings_only = models.BooleanField(
        default=False, help_text="Requests only: the first message of a session."
    )
    kinds = models.CharField(
        max_length=120,
        blank=True,
        help_text="OKR changes only, for instance “changed checked_in”; empty means every kind.",
    )
    scope = models.CharField(max_length=12, choices=CacheScope.choices, default=CacheScope.ORGANIZATION)
    ttl = models.DurationField(null=True, blank=True, help_text="Instead of the usual age; at most a day.")
    stale_for = models.DurationField(
        null=True,
        blank=True,
        help_text="Requests only: how long after that an answer may still be given, marked as stale, when "
        "the model fails; at most a day.",
    )
    similar = models.BooleanField(
        "also in other words",
        default=False,
        help_text="Requests only, and only with openings: a first message may get the answer to another one "
        "that means the same in other words.",
    )
    audit_share = models.FloatField(
        default=0.05,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="The share of such answers that is audited: a model is asked whether both mean the same.",
    )
    false_budget = models.FloatField(
        default=0.005,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="Above this share of audited answers that should not have been shared, “also in other "
        "words” is switched off.",
    )
    similar_off_at = models.DateTimeField("switched off by the audit", null=True, blank=True, editable=False)
    tags = models.TextField(
        blank=True,
        help_text="Events only: the tags to invalidate, one a line; {organization}, {objective}, {user}, "
        "{session}, {version} and {model} stand for what the event is about.",
    )
    note = models.TextField(blank=True, help_text="Why this rule is there.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="cache_rule_one_per_name"),
            models.CheckConstraint(condition=Q(event__in=CacheEvent.values), name="cache_rule_event_known"),
            models.CheckConstraint(condition=Q(scope__in=CacheScope.values), name="cache_rule_scope_known"),
            models.CheckConstraint(
                condition=Q(event=CacheEvent.REQUEST, tags="") | (~Q(event=CacheEvent.REQUEST) & ~Q(tags="")),
                name="cache_rule_tags_for_events_only",
            ),
            models.CheckConstraint(
                condition=Q(similar=False) | Q(event=CacheEvent.REQUEST, openings_only=True),
                name="cache_rule_similar_openings_only",
                violation_error_message="Only a rule about the first messages of sessions may share answers "
                "to other words.",
            ),
            models.CheckConstraint(
                condition=Q(audit_share__gte=0, audit_share__lte=1, false_budget__gte=0, false_budget__lte=1),
                name="cache_rule_shares_are_shares",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CacheFiring(models.Model):
    """One invalidation: written with the change it follows, applied after the commit.

    The row is the outbox: while `applied_at` is empty the cache server has not heard of it, and the
    sweep tries again.
    """

    rule = models.ForeignKey(
        CacheRule, null=True, blank=True, on_delete=models.SET_NULL, related_name="firings"
    )
    rule_name = models.CharField(max_length=80)
    tags = models.JSONField(help_text="The tags that were invalidated.")
    why = models.CharField(max_length=200)
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    bumps = models.JSONField(default=list, blank=True, help_text="Each tag's generation before and after.")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], name="cache_firing_to_apply", condition=Q(applied_at__isnull=True)),
            models.Index(fields=["-created_at"], name="cache_firing_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_name}, {self.created_at:%Y-%m-%d %H:%M:%S}"
