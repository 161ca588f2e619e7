"""Routes in the admin: which model is asked where; a wrong model is refused with a sentence."""

from collections.abc import Iterator
from typing import ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from unfold.admin import ModelAdmin

from conversations.llm.catalogue import catalogue, family
from conversations.models import RouteRule
from conversations.routing import named_model


class RouteForm(forms.ModelForm[RouteRule]):
    """Takes only models whose prices are known, so that a slip of the pen never reaches a user."""

    class Meta:
        model = RouteRule
        fields: ClassVar[list[str]] = [
            "name",
            "enabled",
            "position",
            "step",
            "phase",
            "kind",
            "strategy",
            "model",
            "fallbacks",
            "effort",
            "max_tokens",
            "note",
        ]

    def clean_model(self) -> str:
        """Refuse a model that nobody knows."""
        name: str = self.cleaned_data["model"].strip()
        refuse_unknown_models([name])
        return name

    def clean_fallbacks(self) -> str:
        """Refuse unknown models, and a list that names one twice."""
        names: list[str] = self.cleaned_data["fallbacks"].replace(",", " ").split()
        refuse_unknown_models(names)
        if len(set(names)) < len(names):
            raise ValidationError("Each fallback can be named only once.")
        return ", ".join(names)


@admin.register(RouteRule)
class RouteRuleAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Which model answers where, tried from the lowest position; where none fits, CLAUDE_MODEL does."""

    form = RouteForm
    list_display = ["name", "phase", "kind", "asks", "effort", "position", "enabled"]
    list_editable = ["position", "enabled"]
    list_filter = ["phase", "kind", "step", "strategy", "enabled"]
    search_fields = ["name", "model", "note"]
    fieldsets = [
        (None, {"fields": ["name", "enabled", "position", "note"]}),
        ("Where", {"fields": ["step", "phase", "kind", "strategy"]}),
        ("How", {"fields": ["model", "fallbacks", "effort", "max_tokens"]}),
    ]

    @admin.display(description="model")
    def asks(self, rule: RouteRule) -> str:
        """Name the model, and those that stand in for it."""
        return " → ".join(_in_full([rule.model, *rule.fallbacks.replace(",", " ").split()]))


def _in_full(names: list[str]) -> Iterator[str]:
    for name in names:
        model = named_model(name)
        yield model if model == name else f"{name} ({model})"


def refuse_unknown_models(names: list[str]) -> None:
    """Raise a ValidationError that names the models there are."""
    for name in names:
        if family(named_model(name)) not in catalogue():
            known = ", ".join(sorted(catalogue()))
            raise ValidationError(
                f"Nothing is known of the model “{name}”. Write strong, fast, or one of {known}."
            )
