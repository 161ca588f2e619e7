"""Filters that several pages share."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

_AGES = {
    "1m": ("Last minute", timedelta(minutes=1)),
    "1h": ("Last hour", timedelta(hours=1)),
    "1d": ("Last day", timedelta(days=1)),
    "7d": ("Last week", timedelta(days=7)),
}


class AgeFilter(admin.SimpleListFilter):
    """Shows what was created within a span of time, or before it."""

    title = "age"
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]) -> list[tuple[str, str]]:
        """Offer each span, and what is older than a day."""
        return [(key, label) for key, (label, _) in _AGES.items()] + [("old", "Older than a day")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        """Keep what fits the span."""
        value = self.value()
        if value == "old":
            return queryset.filter(created_at__lt=timezone.now() - timedelta(days=1))
        if value in _AGES:
            return queryset.filter(created_at__gte=timezone.now() - _AGES[value][1])
        return queryset
