"""Cycles."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from knowledge.admin.access import OkrAdmin, actor_of, become, changed_fields
from knowledge.admin.presenting import bar, coloured
from knowledge.errors import KnowledgeError
from knowledge.models import Cycle
from knowledge.selectors import complete, progress_of_objective
from knowledge.services import archive_cycle, carry_over, change_cycle, create_cycle
from knowledge.services.cycles import OPEN_CYCLES

_SHOWN = 50
_ROW = (
    '<div style="display:flex;gap:1em;margin-bottom:.5em"><a style="flex:1" href="{}">{}</a>'
    "<div>{}</div><div>{}</div></div>"
)


@admin.register(Cycle)
class CycleAdmin(OkrAdmin):
    """The spans of time goals are set for."""

    list_display = ["name", "organization", "status", "starts_on", "ends_on", "objective_count"]
    list_filter = ["status", "organization"]
    list_select_related = ["organization"]
    search_fields = ["name"]
    fields = [
        "name",
        "status",
        "starts_on",
        "ends_on",
        "learnings",
        "objective_list",
        "organization",
        "closed_at",
        "archived_at",
    ]
    readonly_fields = ["objective_list", "organization", "closed_at", "archived_at"]
    actions = ["archive", "carry_over"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cycle]:
        """Count the objectives in the same query."""
        rows: QuerySet[Cycle] = super().get_queryset(request)
        return rows.annotate(objective_total=Count("objectives"))

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer the open states; a cycle is closed with its scores over the API, and archived below."""
        if db_field.name == "status":
            options["choices"] = [(one.value, one.label) for one in OPEN_CYCLES]
        return super().formfield_for_choice_field(db_field, request, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Cycle | None = None) -> list[str]:
        """Show an ended cycle as it is: only its learnings still change, and the choices lack its state."""
        ended = obj is not None and obj.status not in OPEN_CYCLES
        return [*self.readonly_fields, *(["name", "status", "starts_on", "ends_on"] if ended else [])]

    def save_model(self, request: HttpRequest, obj: Cycle, form: Any, change: bool) -> None:
        """Write through the services."""
        by = actor_of(request)
        if change:
            change_cycle(obj.pk, by=by, fields=changed_fields(form))  # type: ignore[arg-type]  # a form's.
        else:
            become(obj, create_cycle(by=by, fields=form.cleaned_data))

    @admin.display(description="Objectives", ordering="objective_total")
    def objective_count(self, cycle: Any) -> int:
        """Count the objectives."""
        return int(cycle.objective_total)

    @admin.display(description="Its objectives")
    def objective_list(self, cycle: Cycle) -> SafeString | str:
        """List the newest objectives with their progress and score."""
        rows = (
            (
                reverse("admin:knowledge_objective_change", args=[one.pk]),
                one.title,
                bar(progress_of_objective(list(one.key_results.all()))),
                coloured(one.score),
            )
            for one in complete(cycle.objectives.all())[:_SHOWN]
        )
        return format_html_join("", _ROW, rows) or "none"

    @admin.action(description="Archive")
    def archive(self, request: HttpRequest, cycles: QuerySet[Cycle]) -> None:
        """Put cycles away; their objectives stay."""
        for cycle in cycles:
            archive_cycle(cycle.pk, by=actor_of(request))
        messages.success(request, f"{len(cycles)} archived.")

    @admin.action(description="Carry unfinished objectives over into the next cycle")
    def carry_over(self, request: HttpRequest, cycles: QuerySet[Cycle]) -> None:
        """Copy what is unfinished into each cycle's next."""
        for cycle in cycles:
            try:
                copies = carry_over(cycle.pk, by=actor_of(request))
            except KnowledgeError as refusal:
                messages.error(request, f"{cycle}: {refusal.message}")
            else:
                messages.success(request, f"{cycle}: {len(copies)} carried over.")
