"""Key results on their objective's page."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.admin import StackedInline
from unfold.widgets import UnfoldAdminTextareaWidget

from knowledge.admin.presenting import bar, coloured, listed, plain
from knowledge.models import KeyResult
from knowledge.quality import context_of
from knowledge.rubric import assess_key_result
from knowledge.selectors import progress_of_key_result


class KeyResultForm(forms.ModelForm[KeyResult]):
    """Shows numbers without the zeros that nobody typed."""

    class Meta:
        model = KeyResult
        fields: ClassVar[list[str]] = [
            "title", "kind", "direction", "baseline", "target", "band", "unit", "weight",
        ]  # fmt: skip

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Give the stored value, a number in its shortest form."""
        value = super().get_initial_for_field(field, field_name)
        return plain(value) if isinstance(value, Decimal) else value


class KeyResultInline(StackedInline):  # type: ignore[misc]  # unfold ships no types.
    """An objective's key results."""

    model = KeyResult
    form = KeyResultForm
    fk_name = "objective"
    extra = 0
    can_delete = False
    fields = [
        "title", ("kind", "direction", "unit"), ("baseline", "target", "band", "weight"),
        ("progress", "last_check_in", "graded"), "findings",
    ]  # fmt: skip
    readonly_fields = ["progress", "last_check_in", "graded", "findings"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[KeyResult]:
        """Leave archived ones out."""
        rows: QuerySet[KeyResult] = super().get_queryset(request)
        return rows.filter(archived_at=None).select_related("objective")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Give titles the room they need."""
        if db_field.name == "title":
            options["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **options)

    @admin.display(description="Progress")
    def progress(self, result: KeyResult) -> SafeString | str:
        """Draw the progress."""
        return bar(progress_of_key_result(result))

    @admin.display(description="Last check-in")
    def last_check_in(self, result: KeyResult) -> str:
        """Tell the newest value, its day and the forecast."""
        if result.current_value is None or result.checked_in_at is None:
            return "none yet"
        value = f"{plain(result.current_value)} {result.unit}".strip()
        forecast = "" if result.confidence is None else f", confidence {result.confidence} of 10"
        return f"{value} on {timezone.localtime(result.checked_in_at):%Y-%m-%d}{forecast}"

    @admin.display(description="Score")
    def graded(self, result: KeyResult) -> SafeString | str:
        """Show the score."""
        return coloured(result.score)

    @admin.display(description="Findings")
    def findings(self, result: KeyResult) -> SafeString | str:
        """List what the rubric notices."""
        if not result.title:
            return ""
        objective = result.objective
        context = context_of(objective.context)
        return listed(assess_key_result(result.title, context, objective=objective.title).findings)
