"""Versions of the prompt's wording, which of them is used, and the record of every change of that."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q


class Label(models.TextChoices):
    """What a version may be used for."""

    PRODUCTION = "production", "Production: what users are answered with"
    CANDIDATE = "candidate", "Candidate: what may become production"


class PromptVersion(models.Model):
    """One set of templates, as it was once written; a change of wording is another row.

    `version` is made from the templates alone, so the same wording is the same version wherever it
    is loaded. A row that nobody made came with the program.
    """

    version = models.CharField(max_length=64, unique=True)
    templates = models.JSONField(help_text="The text of each template, by name.")
    token_counts = models.JSONField(help_text="The tokens of each template's text, by name.")
    tokens = models.PositiveIntegerField(help_text="The most fixed text that one message carries, in tokens.")
    note = models.CharField(max_length=200, blank=True, help_text="What was changed, and why.")
    evaluated_at = models.DateTimeField(
        null=True, blank=True, help_text="When the golden set was last held with it."
    )
    went_wrong = models.JSONField(
        null=True, blank=True, help_text="The conversations that made that evaluation fail."
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="Edited from."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        permissions = [("publish_promptversion", "Can publish prompts and roll them back")]
        triggers = [
            pgtrigger.ReadOnly(
                name="prompt_version_is_final", fields=["version", "templates", "token_counts", "tokens"]
            )
        ]

    def __str__(self) -> str:
        return self.version


class PromptLabel(models.Model):
    """Which version a label points to at this moment; `by` is empty while the program decides."""

    name = models.CharField(max_length=20, choices=Label.choices, unique=True)
    version = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="labels")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    chosen_by_staff = models.BooleanField(
        default=False, help_text="The loader leaves the label where staff put it."
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(name__in=Label.values), name="prompt_label_known")]

    def __str__(self) -> str:
        return self.name


class PromptPublication(models.Model):
    """One move of a label: from where to where, by whom, when and why; never changed."""

    label = models.CharField(max_length=20, choices=Label.choices)
    version = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="publications")
    replaced = models.ForeignKey(
        PromptVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    why = models.CharField(max_length=200, blank=True)
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(label__in=Label.values), name="prompt_publication_label_known")
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.version}"
