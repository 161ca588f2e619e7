"""Objectives with their key results."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.widgets import UnfoldAdminTextareaWidget

from knowledge.admin.access import OkrAdmin, actor_of, become, changed_fields
from knowledge.admin.filters import OwnedFilter, QualityFilter, StaleFilter
from knowledge.admin.history import told
from knowledge.admin.key_results import KeyResultInline
from knowledge.admin.presenting import bar, coloured, listed
from knowledge.errors import KnowledgeError
from knowledge.exchange import Format, records_of, render_okrs
from knowledge.models import Objective
from knowledge.quality import assess
from knowledge.selectors import (
    complete,
    objectives_for_export,
    progress_of_objective,
)
from knowledge.services import (
    archive_objective,
    carry_over,
    change_key_result,
    change_objective,
    create_key_result,
    create_objective,
)
from knowledge.services.objectives import OPEN


def _tab(name: str, *fields: str | tuple[str, ...]) -> tuple[str, dict[str, list[str | tuple[str, ...]]]]:
    return name, {"fields": list(fields), "classes": ["tab"]}


@admin.register(Objective)
class ObjectiveAdmin(OkrAdmin):
    """The changes organizations want."""

    inlines = [KeyResultInline]
    list_display = [
        "short_title", "organization", "owner", "team", "cycle", "status", "progress", "quality", "graded",
    ]  # fmt: skip
    list_filter = [
        "status",
        ("cycle", OwnedFilter),
        ("team", OwnedFilter),
        ("owner", OwnedFilter),
        StaleFilter,
        QualityFilter,
        "commitment",
        "outcome",
    ]
    list_per_page = 50
    compressed_fields = False
    show_full_result_count = False
    search_fields = ["title", "description", "owner__email", "external_id"]
    autocomplete_fields = ["cycle", "team", "owner", "parent_objective", "parent_key_result"]
    readonly_fields = [
        "organization", "outcome", "progress", "graded", "score_reason", "learnings", "quality", "findings",
        "history", "session_id", "carried_from", "created_at", "closed_at", "archived_at",
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["title", "description", ("status", "commitment"), ("owner", "team", "cycle")]}),
        _tab(
            "How it goes",
            ("progress", "quality", "graded", "outcome"),
            "findings",
            "score_reason",
            "learnings",
        ),
        _tab("Place", "organization", "parent_objective", "parent_key_result", "carried_from", "context"),
        _tab("Time", "starts_on", "due_on", "created_at", "closed_at", "archived_at"),
        _tab("Where it comes from", "external_id", "session_id", "history"),
    ]
    actions = [
        "archive", "carry_over", "export_csv", "export_xlsx", "export_json", "export_md", "export_pdf",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Objective]:
        """Fetch what the list shows."""
        return complete(super().get_queryset(request)).select_related("organization", "team", "cycle")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Give texts the room they need."""
        if db_field.name in {"title", "description", "context"}:
            options["widget"] = UnfoldAdminTextareaWidget(
                attrs={"rows": 2 if db_field.name == "title" else 4}
            )
        return super().formfield_for_dbfield(db_field, request, **options)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer the open states; objectives are closed with their scores over the API, and archived below."""
        if db_field.name == "status":
            options["choices"] = [(one.value, one.label) for one in OPEN]
        return super().formfield_for_choice_field(db_field, request, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Objective | None = None) -> list[str]:
        """Show the state of an ended objective, which the choices do not hold."""
        ended = obj is not None and obj.status not in OPEN
        return [*self.readonly_fields, *(["status"] if ended else [])]

    def save_model(self, request: HttpRequest, obj: Objective, form: Any, change: bool) -> None:
        """Write through the services."""
        by = actor_of(request)
        if not change:
            become(obj, create_objective(by=by, fields=form.cleaned_data))
        elif form.changed_data:
            change_objective(obj.pk, by=by, fields=changed_fields(form))  # type: ignore[arg-type]  # a form's.

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Write key results through the services."""
        formset.save(commit=False)
        by = actor_of(request)
        for row in formset.forms:
            if not row.has_changed():
                continue
            fields: Any = {name: value for name, value in changed_fields(row).items() if name != "objective"}
            if row.instance._state.adding:  # noqa: SLF001 - Django's public name for it
                become(row.instance, create_key_result(form.instance.pk, by=by, fields=fields))
            else:
                change_key_result(row.instance, by=by, fields=fields)

    @admin.display(description="Objective", ordering="title")
    def short_title(self, objective: Objective) -> str:
        """Shorten the title for the list."""
        return Truncator(objective.title).chars(80)

    @admin.display(description="Progress")
    def progress(self, objective: Objective) -> SafeString | str:
        """Draw the progress."""
        return bar(progress_of_objective(list(objective.key_results.all())))

    @admin.display(description="Score", ordering="score")
    def graded(self, objective: Objective) -> SafeString | str:
        """Show the score."""
        return coloured(objective.score)

    @admin.display(description="Findings")
    def findings(self, objective: Objective) -> SafeString | str:
        """List what the rubric notices in the objective and in the set."""
        titles = [one.title for one in objective.key_results.all()]
        verdict = assess(objective.title, titles, objective.context)
        return listed([one for part in (verdict.objective, verdict.set) if part for one in part.findings])

    @admin.display(description="History")
    def history(self, objective: Objective) -> SafeString | str:
        """Tell who or what changed it, newest first."""
        return told(objective)

    @admin.action(description="Archive")
    def archive(self, request: HttpRequest, objectives: QuerySet[Objective]) -> None:
        """Put objectives away; what belongs to them stays."""
        for objective in objectives:
            archive_objective(objective.pk, by=actor_of(request))
        messages.success(request, f"{len(objectives)} archived.")

    @admin.action(description="Carry over into the next cycle")
    def carry_over(self, request: HttpRequest, objectives: QuerySet[Objective]) -> None:
        """Copy objectives into the cycle after theirs."""
        chosen: dict[UUID, list[UUID]] = defaultdict(list)
        for objective in objectives:
            if objective.cycle_id:
                chosen[objective.cycle_id].append(objective.pk)
        for cycle, keys in chosen.items():
            try:
                copies = carry_over(cycle, by=actor_of(request), objectives=keys)
            except KnowledgeError as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(request, f"{len(copies)} carried over.")
        if not chosen:
            messages.warning(request, "None of these is in a cycle.")

    @admin.action(description="Export as CSV")
    def export_csv(self, request: HttpRequest, objectives: QuerySet[Objective]) -> HttpResponse:
        """Give CSV."""
        return _file(objectives, Format.CSV)

    @admin.action(description="Export as XLSX")
    def export_xlsx(self, request: HttpRequest, objectives: QuerySet[Objective]) -> HttpResponse:
        """Give XLSX."""
        return _file(objectives, Format.XLSX)

    @admin.action(description="Export as JSON")
    def export_json(self, request: HttpRequest, objectives: QuerySet[Objective]) -> HttpResponse:
        """Give JSON."""
        return _file(objectives, Format.JSON)

    @admin.action(description="Export as Markdown")
    def export_md(self, request: HttpRequest, objectives: QuerySet[Objective]) -> HttpResponse:
        """Give Markdown."""
        return _file(objectives, Format.MARKDOWN)

    @admin.action(description="Export as PDF")
    def export_pdf(self, request: HttpRequest, objectives: QuerySet[Objective]) -> HttpResponse:
        """Give PDF."""
        return _file(objectives, Format.PDF)


def _file(objectives: QuerySet[Objective], form: Format) -> HttpResponse:
    keys = list(objectives.order_by().values_list("pk", flat=True))
    file = render_okrs(records_of(objectives_for_export(Objective.objects.filter(pk__in=keys))), form)
    return HttpResponse(
        file.content,
        content_type=file.media_type,
        headers={"Content-Disposition": f'attachment; filename="{file.filename}"'},
    )
