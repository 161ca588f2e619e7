"""The knowledge library's rows, its version, and what people did with suggestions."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from pgvector.django import VectorField

from knowledge.library.content import Kind, LibraryItem, OutcomeType, parse_body
from knowledge.library.fields import Fields
from knowledge.library.vectors import DIMENSION
from knowledge.models.invariants import SameOrganization
from knowledge.models.organization import Organization

_KINDS = [(kind.value, kind.value.capitalize()) for kind in Kind]
_OUTCOME_TYPES = [(kind.value, kind.value.capitalize()) for kind in OutcomeType]


class LibraryEntry(models.Model):
    """One item of the library; it belongs to no organization and is the same for all.

    `searched` holds the words a search looks at, worked out from the content by whoever writes the row;
    `search` and `embedding` follow from it. There is no index over the embedding: an exact scan of some
    hundred rows takes less than a millisecond, and an approximate one would lose matches.
    """

    kind = models.CharField(max_length=12, choices=_KINDS)
    slug = models.SlugField(max_length=80, unique=True, help_text="Stable: feedback and sessions keep it.")
    title = models.CharField(max_length=200)
    industry = models.CharField(max_length=40, blank=True, help_text="Empty: any industry.")
    functions = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="Comma separated; empty: any."
    )
    outcome_type = models.CharField(max_length=12, choices=_OUTCOME_TYPES, blank=True)
    body = models.JSONField(help_text="The content; its fields depend on the kind.")
    version = models.PositiveIntegerField(default=1, editable=False)
    content_hash = models.CharField(max_length=64, editable=False)
    edited_by_staff = models.BooleanField(
        default=False, editable=False, help_text="The loader leaves edited items as they are."
    )
    retired_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is not shown any more.")
    searched = models.TextField(editable=False)
    embedding = VectorField(dimensions=DIMENSION, editable=False)
    embedder = models.CharField(max_length=40, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("searched", weight="B", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "library item"
        ordering = ["kind", "slug"]
        indexes = [GinIndex(fields=["search"], name="library_entry_words")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="library_entry_kind_known"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="library_entry_version_positive"),
        ]
        triggers = [
            # Whoever writes an item, by the admin, the loader or SQL, makes every process read anew.
            pgtrigger.Trigger(
                name="library_version_follows",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    INSERT INTO knowledge_libraryversion AS held (id, number, token, changed_at)
                    VALUES (1, 1, gen_random_uuid(), now())
                    ON CONFLICT (id) DO UPDATE
                    SET number = held.number + 1, token = gen_random_uuid(), changed_at = now();
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.title

    def item(self) -> LibraryItem:
        """Give the content as types; raises LibraryContentError when the body is not right."""
        kind = Kind(self.kind)
        return LibraryItem(
            kind=kind,
            slug=self.slug,
            title=self.title,
            industry=self.industry,
            functions=tuple(self.functions),
            outcome_type=OutcomeType(self.outcome_type) if self.outcome_type else None,
            body=parse_body(kind, Fields.of(self.body, self.slug)),
        )


class LibraryVersion(models.Model):
    """The state of the whole library, in a single row that a trigger keeps.

    The number is for people; the token is what caches compare, because a number may come again when a
    database is restored.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.PositiveBigIntegerField(default=0)
    token = models.UUIDField(default=uuid.uuid4)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="library_version_single_row")]

    def __str__(self) -> str:
        return f"Library version {self.number}"


class FeedbackAction(models.TextChoices):
    """What happened to a suggestion."""

    SHOWN = "shown"
    USED = "used"
    DISMISSED = "dismissed"


class SuggestionFeedback(models.Model):
    """A suggestion shown to, used by or dismissed by a person, once each in a session.

    A session is known by its id alone: conversations stand above this app.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="suggestion_feedback", db_index=False
    )
    # The unique constraint's index begins with the user.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="suggestion_feedback", db_index=False
    )
    session_id = models.UUIDField(null=True, blank=True)
    entry = models.ForeignKey(LibraryEntry, on_delete=models.PROTECT, related_name="feedback", db_index=False)
    action = models.CharField(max_length=10, choices=FeedbackAction.choices)
    phase = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["entry", "action"], name="feedback_counts_by_entry")]
        constraints = [
            models.UniqueConstraint(
                "user",
                "entry",
                "action",
                Coalesce("session_id", Value(uuid.UUID(int=0))),
                name="feedback_once_per_session",
            ),
            models.CheckConstraint(
                condition=Q(action__in=FeedbackAction.values), name="feedback_action_known"
            ),
            SameOrganization(field="user", name="feedback_user_same_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.action}"
