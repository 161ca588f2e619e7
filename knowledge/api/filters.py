"""The filters of the OKR lists."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from knowledge.choices import Commitment, CycleStatus, InitiativeStatus, ObjectiveStatus, Outcome
from knowledge.models import CheckIn, Cycle, Initiative, KeyResult, Objective
from knowledge.selectors import below, stale, titled

_YES_NO: Sequence[tuple[str, str]] = (("true", "true"), ("false", "false"))


class QueryFilterBackend(DjangoFilterBackend):  # type: ignore[misc]  # django-filter ships no types.
    """Filters by query parameters; a wrong value is 400 with a pointer to its parameter."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Give the rows that match, or raise ValidationError."""
        try:
            found: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        except ValidationError as error:
            raise _at_its_parameter(error) from None
        return found


def _at_its_parameter(error: ValidationError) -> ValidationError:
    if not isinstance(error.detail, dict) or not error.detail:
        return error
    name, details = next(iter(error.detail.items()))
    located = ValidationError(details)
    located.pointer = f"query:{name}"  # type: ignore[attr-defined]  # read where problems are written.
    return located


def _yes_no(**options: Any) -> Any:
    return django_filters.TypedChoiceFilter(choices=_YES_NO, coerce=lambda text: text == "true", **options)


class CycleFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types.
    """Filters of cycles; archived ones are left out unless asked for."""

    status = django_filters.ChoiceFilter(choices=CycleStatus.choices)
    archived = _yes_no(method="with_archived", label="Show archived ones too.")

    class Meta:
        model = Cycle
        fields: list[str] = []

    def with_archived(self, rows: QuerySet[Cycle], name: str, value: bool) -> QuerySet[Cycle]:
        """Keep every row; leaving archived ones out is decided for all filters together."""
        return rows

    def filter_queryset(self, queryset: QuerySet[Cycle]) -> QuerySet[Cycle]:
        """Apply the filters."""
        rows: QuerySet[Cycle] = super().filter_queryset(queryset)
        return _without_archived(self.form.cleaned_data, rows)


class ObjectiveFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types.
    """Filters of objectives; archived ones are left out unless asked for."""

    cycle = django_filters.UUIDFilter(field_name="cycle_id")
    team = django_filters.UUIDFilter(field_name="team_id")
    owner = django_filters.UUIDFilter(field_name="owner_id")
    parent = django_filters.UUIDFilter(method="by_parent", label="Below this objective or key result.")
    session = django_filters.UUIDFilter(field_name="session_id")
    status = django_filters.ChoiceFilter(choices=ObjectiveStatus.choices)
    outcome = django_filters.ChoiceFilter(choices=Outcome.choices)
    commitment = django_filters.ChoiceFilter(choices=Commitment.choices)
    stale = _yes_no(method="by_staleness", label="Active, and no check-in for two weeks.")
    archived = _yes_no(method="with_archived", label="Show archived ones too.")
    quality_below = django_filters.NumberFilter(
        field_name="quality", lookup_expr="lt", min_value=0, max_value=101
    )
    external_id = django_filters.CharFilter(max_length=200)
    search = django_filters.CharFilter(
        method="by_title", max_length=200, label="Words of the title, or their beginnings, in any case."
    )
    updated_after = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = Objective
        fields: list[str] = []

    def by_parent(self, rows: QuerySet[Objective], name: str, value: UUID) -> QuerySet[Objective]:
        """Keep what is aligned to an objective, to one of its key results, or to a key result."""
        return below(rows, value)

    def by_title(self, rows: QuerySet[Objective], name: str, value: str) -> QuerySet[Objective]:
        """Keep the titles that have words beginning like those asked for."""
        return titled(rows, value)

    def by_staleness(self, rows: QuerySet[Objective], name: str, value: bool) -> QuerySet[Objective]:
        """Keep the stale ones, or all others."""
        return stale(rows, is_stale=value)

    def with_archived(self, rows: QuerySet[Objective], name: str, value: bool) -> QuerySet[Objective]:
        """Keep every row; leaving archived ones out is decided for all filters together."""
        return rows

    def filter_queryset(self, queryset: QuerySet[Objective]) -> QuerySet[Objective]:
        """Apply the filters."""
        rows: QuerySet[Objective] = super().filter_queryset(queryset)
        return _without_archived(self.form.cleaned_data, rows)


class KeyResultFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types.
    """Filters of key results; archived ones are left out unless asked for."""

    objective = django_filters.UUIDFilter(field_name="objective_id")
    cycle = django_filters.UUIDFilter(field_name="objective__cycle_id")
    owner = django_filters.UUIDFilter(field_name="owner_id")
    external_id = django_filters.CharFilter(max_length=200)
    archived = _yes_no(method="with_archived", label="Show archived ones too.")

    class Meta:
        model = KeyResult
        fields: list[str] = []

    def with_archived(self, rows: QuerySet[KeyResult], name: str, value: bool) -> QuerySet[KeyResult]:
        """Keep every row; leaving archived ones out is decided for all filters together."""
        return rows

    def filter_queryset(self, queryset: QuerySet[KeyResult]) -> QuerySet[KeyResult]:
        """Apply the filters."""
        rows: QuerySet[KeyResult] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("archived") else rows.filter(archived_at=None)


class CheckInFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types.
    """Filters of check-ins."""

    key_result = django_filters.UUIDFilter(field_name="key_result_id")
    objective = django_filters.UUIDFilter(field_name="key_result__objective_id")
    author = django_filters.UUIDFilter(field_name="author_id")

    class Meta:
        model = CheckIn
        fields: list[str] = []


class InitiativeFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types.
    """Filters of initiatives."""

    objective = django_filters.UUIDFilter(field_name="objective_id")
    key_result = django_filters.UUIDFilter(field_name="key_result_id")
    status = django_filters.ChoiceFilter(choices=InitiativeStatus.choices)

    class Meta:
        model = Initiative
        fields: list[str] = []


def _without_archived(asked: dict[str, Any], rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows if asked.get("status") or asked.get("archived") else rows.exclude(status="archived")
