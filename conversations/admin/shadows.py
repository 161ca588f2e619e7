"""Shadow runs in the admin: the candidates, and how their answers compare with what users were given."""

from typing import ClassVar, Final

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Avg, Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import display

from conversations.admin.filters import AgeFilter
from conversations.admin.routes import refuse_unknown_models
from conversations.experiments.assignment import WHOLE
from conversations.models import Label, PromptLabel, ShadowPlan, ShadowRun, ShadowStatus
from knowledge.admin.access import AtHome

_COLOURS: Final = {"Queued": "info", "Running": "warning", "Succeeded": "success", "Failed": "danger"}
_SIDE_BY_SIDE: Final = (
    '<div class="grid grid-cols-1 md:grid-cols-2 gap-6"><div><b>What the user was given</b>'
    '<p class="whitespace-pre-line">{}</p></div><div><b>What the candidate said</b>'
    '<p class="whitespace-pre-line">{}</p></div></div>'
)


class ShadowPlanForm(forms.ModelForm[ShadowPlan]):
    """Takes only models that are known, and shares that there are messages for."""

    class Meta:
        model = ShadowPlan
        fields: ClassVar[list[str]] = ["name", "enabled", "prompt", "model", "share", "most_a_day"]

    def clean_model(self) -> str:
        """Refuse a model that nobody knows."""
        name: str = self.cleaned_data["model"].strip()
        refuse_unknown_models([name] if name else [])
        return name

    def clean(self) -> None:
        """Refuse shares that make up more than all messages."""
        super().clean()
        if not self.cleaned_data.get("enabled"):
            return
        others = ShadowPlan.objects.filter(enabled=True).exclude(pk=self.instance.pk)
        total = sum(others.values_list("share", flat=True)) + self.cleaned_data.get("share", 0)
        if total > WHOLE:
            raise ValidationError(f"The candidates' shares make up {total} percent of the messages.")


@admin.register(ShadowPlan)
class ShadowPlanAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Candidates, each with what its unseen answers came to."""

    form = ShadowPlanForm
    list_display = ["name", "enabled", "prompt", "model", "share", "most_a_day", "runs_so_far", "compared"]
    list_filter = ["enabled"]
    list_select_related = ["prompt"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str]:
        """Begin with the candidate, if there is one."""
        given: dict[str, str] = super().get_changeform_initial_data(request)
        held = PromptLabel.objects.filter(name=Label.CANDIDATE).first()
        return ({"prompt": str(held.version_id)} if held else {}) | given

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShadowPlan]:
        """Add the means of each plan's runs, in the same query."""
        done = Q(runs__status=ShadowStatus.SUCCEEDED)
        plans: QuerySet[ShadowPlan] = super().get_queryset(request)
        return plans.annotate(
            count=Count("runs", filter=done),
            failed=Count("runs", filter=Q(runs__status=ShadowStatus.FAILED)),
            candidate=Avg("runs__quality", filter=done),
            shown=Avg("runs__shown_quality", filter=done),
            alike=Avg("runs__likeness", filter=done),
            milliseconds=Avg("runs__latency_ms", filter=done),
            dollars=Avg("runs__cost_usd", filter=done),
        )

    @admin.display(description="runs")
    def runs_so_far(self, plan: ShadowPlan) -> str:
        """Count the runs, and those that failed."""
        return f"{vars(plan)['count']} ({vars(plan)['failed']} failed)"

    @admin.display(description="quality, shown to users; likeness; ms; dollars")
    def compared(self, plan: ShadowPlan) -> str:
        """Set the means of the runs beside those of the answers users were given."""
        names = (
            ("candidate", ".1f"),
            ("shown", ".1f"),
            ("alike", ".2f"),
            ("milliseconds", ",.0f"),
            ("dollars", ".5f"),
        )
        found = [(vars(plan)[name], form) for name, form in names]
        return " · ".join("–" if value is None else format(value, form) for value, form in found)


@admin.register(ShadowRun)
class ShadowRunAdmin(AtHome, ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Single runs, to be read and not changed."""

    home = "job__organization"
    list_display = [
        "created_at",
        "plan",
        "state",
        "error_code",
        "quality",
        "shown_quality",
        "likeness",
        "latency_ms",
        "cost_usd",
    ]
    list_filter = ["status", AgeFilter, "plan"]
    list_select_related = ["plan", "job__reply"]
    show_full_result_count = False
    exclude = ["request", "reply"]
    readonly_fields = ["side_by_side"]

    @display(description="state", label=_COLOURS, ordering="status")  # type: ignore[untyped-decorator]  # unfold ships no types.
    def state(self, run: ShadowRun) -> str:
        """Give the status as a coloured label."""
        return run.get_status_display()

    @admin.display(description="replies")
    def side_by_side(self, run: ShadowRun) -> SafeString:
        """Show both replies to the same message."""
        shown = run.job.reply.content if run.job.reply else "(gone)"
        return format_html(_SIDE_BY_SIDE, shown, run.reply or run.error_code or "–")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: runs come from messages."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ShadowRun | None = None) -> bool:
        """Say no: runs are a record."""
        return False
