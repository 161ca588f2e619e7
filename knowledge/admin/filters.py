"""Filters of the objectives' page."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import RelatedFieldListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from knowledge.models import Objective
from knowledge.rubric.values import LEVEL_FLOORS
from knowledge.selectors import stale


class OwnedFilter(RelatedFieldListFilter):
    """Offers what the rows on the page belong to: to staff, nothing of other organizations."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Give the choices that lead to a row."""
        used = model_admin.get_queryset(request).order_by().values_list(f"{field.name}_id", flat=True)
        choices: list[tuple[str, Any]] = field.get_choices(
            include_blank=False, ordering=(), limit_choices_to={"pk__in": used.distinct()}
        )
        return choices


class StaleFilter(admin.SimpleListFilter):
    """Active objectives that nobody checked in on for two weeks."""

    title = "stale"
    parameter_name = "stale"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer both."""
        return [("yes", "No check-in for two weeks"), ("no", "Others")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Objective]) -> QuerySet[Objective]:
        """Keep what was chosen."""
        return stale(queryset, is_stale=self.value() == "yes") if self.value() else queryset


class QualityFilter(admin.SimpleListFilter):
    """The rubric's levels."""

    title = "quality"
    parameter_name = "quality"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the levels and what has not been assessed."""
        levels = [(level.value, level.value.replace("_", " ").capitalize()) for _, level in LEVEL_FLOORS]
        return [*levels, ("poor", "Poor"), ("none", "Not assessed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Objective]) -> QuerySet[Objective]:
        """Keep the scores of the chosen level."""
        chosen = self.value()
        if chosen is None:
            return queryset
        if chosen == "none":
            return queryset.filter(quality=None)
        above = 101.0
        for floor, level in LEVEL_FLOORS:
            if level.value == chosen:
                return queryset.filter(quality__gte=floor, quality__lt=above)
            above = floor
        return queryset.filter(quality__lt=above)
