"""Experiments in the admin: the plan, the verdict, the power calculator, stop and promote."""

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display

from conversations import experiment_results
from conversations.errors import ConflictError
from conversations.experiments.measures import KINDS, Kind, Measure, spread_of, values_of
from conversations.experiments.power import (
    power_for_mean,
    power_for_rate,
    sessions_for_mean,
    sessions_for_rate,
)
from conversations.experiments.verdict import Line, Verdict
from conversations.models import Experiment, ExperimentStatus, Variant
from conversations.services import experiments as services
from conversations.services.experiments import Proposed, flaw_in
from knowledge.models import User

_COLOURS: Final = {"Draft": "info", "Running": "warning", "Stopped": "success"}
_FIELD: Final = "border border-base-200 rounded-default px-3 py-2 dark:bg-base-900 dark:border-base-700"


class _Variants(forms.BaseInlineFormSet[Variant, Experiment, forms.ModelForm[Variant]]):
    """The variants of one plan, refused together."""

    def clean(self) -> None:
        """Refuse what could not be started, while it is still easy to put right."""
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if any(self.errors):
            return
        flaw = flaw_in(
            [
                Proposed(
                    name=form.cleaned_data["name"],
                    version_id=form.cleaned_data["prompt"].pk,
                    model=form.cleaned_data["model"],
                    weight=form.cleaned_data["weight"],
                )
                for form in kept
            ]
        )
        if flaw:
            raise forms.ValidationError(flaw)


class VariantInline(TabularInline):  # type: ignore[misc]  # unfold ships no types.
    """The ways compared; the first is the control."""

    model = Variant
    formset = _Variants
    extra = 2
    fields = ["position", "name", "prompt", "model", "weight"]

    def has_add_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        """Say no once it has started."""
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        """Say no once it has started: a plan that changes proves nothing."""
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        """Say no once it has started."""
        return _is_draft(obj) and super().has_delete_permission(request, obj)


class CalculatorForm(forms.Form):
    """What the power calculator asks; it begins with what the sessions so far have shown."""

    base = forms.FloatField(label="Today’s mean or rate", required=False)
    spread = forms.FloatField(label="Standard deviation", required=False, min_value=1e-9)
    effect = forms.FloatField(label="Least effect", min_value=1e-9)
    power = forms.FloatField(label="Power", min_value=0.01, max_value=0.999)
    sessions = forms.IntegerField(label="Power of this many sessions each", required=False, min_value=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = _FIELD


@admin.register(Experiment)
class ExperimentAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Plans are written here, started once, watched, stopped, and promoted."""

    list_display = ["name", "state", "primary_metric", "sessions_each", "organization", "started_at"]
    list_filter = ["status", "primary_metric"]
    list_select_related = ["organization"]
    search_fields = ["name", "hypothesis"]
    inlines = [VariantInline]
    actions_detail = ["results"]
    fieldsets = [
        (None, {"fields": ["name", "hypothesis", "organization"]}),
        ("Plan", {"fields": ["primary_metric", "least_effect", "alpha", "power", "sessions_each"]}),
        (None, {"fields": ["ripens_after"]}),
    ]

    @display(description="state", label=_COLOURS, ordering="status")  # type: ignore[untyped-decorator]  # unfold ships no types.
    def state(self, experiment: Experiment) -> str:
        """Give the status as a coloured label."""
        return experiment.get_status_display()

    @action(description="Start, verdict, promote", url_path="to-results")  # type: ignore[untyped-decorator]  # unfold ships no types.
    def results(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Go to the page with the verdict."""
        return redirect(reverse("admin:conversations_experiment_verdict", args=[object_id]))

    def has_change_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        """Say no once it has started: the plan is what makes the verdict mean something."""
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        """Say no once it has started: its record stays."""
        return _is_draft(obj) and super().has_delete_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        """Add the page with the verdict, and what is done from there."""
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/results/", view(self.results_view), name="conversations_experiment_verdict"),
            path("<int:pk>/act/", view(self.act_view), name="conversations_experiment_act"),
        ]
        return [*own, *super().get_urls()]

    def results_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show how the variants do, and how sure that is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        experiment = get_object_or_404(Experiment, pk=pk)
        found = experiment_results.results_of(experiment)
        calculator = _calculator(request, experiment, found)
        context = self.admin_site.each_context(request) | {
            "title": f"Experiment: {experiment}",
            "opts": self.opts,
            "experiment": experiment,
            "summaries": [
                (one, [_shown(measure, one.means[measure]) for measure in Measure]) for one in found.summaries
            ],
            "measures": list(Measure),
            "verdict": found.verdict,
            "primary": _lines(found.verdict, primary=True),
            "others": _lines(found.verdict, primary=False),
            "calculator": calculator,
            "answer": _calculated(experiment, calculator),
            "may_act": super().has_change_permission(request),
        }
        return TemplateResponse(request, "conversations/experiment_results.html", context)

    def act_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Start, stop or promote."""
        if request.method != "POST" or not super().has_change_permission(request):
            raise PermissionDenied
        experiment = get_object_or_404(Experiment, pk=pk)
        try:
            messages.success(request, _act(experiment, request.POST.get("do", ""), request))
        except ConflictError as error:
            messages.error(request, error.message)
        return redirect(reverse("admin:conversations_experiment_verdict", args=[pk]))


def _act(experiment: Experiment, what: str, request: HttpRequest) -> str:
    assert isinstance(request.user, User)
    match what.partition(":"):
        case ("start", _, _):
            services.start_experiment(experiment, who=request.user)
            return "It runs: new sessions are dealt out from now on."
        case ("stop", _, _):
            services.stop_experiment(experiment, who=request.user)
            return "It is stopped: everybody sees what is in production."
        case ("promote", _, variant):
            chosen = get_object_or_404(experiment.variants, pk=variant)
            services.promote(chosen, who=request.user)
            model = f" Its model, {chosen.model}, is for a routing rule to set." if chosen.model else ""
            return f"Version {chosen.prompt} of “{chosen.name}” is in production.{model}"
    return "Nothing was done."


def _is_draft(experiment: Experiment | None) -> bool:
    return experiment is None or experiment.status == ExperimentStatus.DRAFT


def _lines(verdict: Verdict | None, *, primary: bool) -> list[dict[str, object]]:
    if verdict is None:
        return []
    return [_line(one, verdict) for one in (verdict.primary if primary else verdict.others)]


def _line(line: Line, verdict: Verdict) -> dict[str, object]:
    found, watched = line.comparison, line.watched
    return {
        "variant": line.variant,
        "measure": line.measure.label,
        "finding": verdict.findings[line.variant],
        "effect": _shown(line.measure, found.effect if found else None),
        "low": _shown(line.measure, found.low if found else None),
        "high": _shown(line.measure, found.high if found else None),
        "p": None if line.adjusted is None else f"{line.adjusted:.4f}",
        "method": found.method if found else "",
        "watched_low": _shown(line.measure, watched.low if watched else None),
        "watched_high": _shown(line.measure, watched.high if watched else None),
        "has_watched": watched is not None,
    }


def _shown(measure: Measure, value: float | None) -> str:
    if value is None:
        return "–"
    if KINDS[measure] is Kind.RATE:
        return f"{100 * value:.1f} %"
    return f"{value:.5f}" if measure is Measure.COST else f"{value:,.2f}"


def _calculator(
    request: HttpRequest, experiment: Experiment, found: experiment_results.Results
) -> CalculatorForm:
    if "effect" in request.GET:
        return CalculatorForm(request.GET)
    control = next(iter(found.samples.values()), [])
    values = values_of(Measure(experiment.primary_metric), control)
    begin = {
        "base": round(sum(values) / len(values), 4) if values else None,
        "spread": round(spread or 0, 4) or None if (spread := spread_of(values)) else None,
        "effect": experiment.least_effect,
        "power": experiment.power,
        "sessions": experiment.sessions_each,
    }
    return CalculatorForm({key: value for key, value in begin.items() if value is not None})


def _calculated(experiment: Experiment, form: CalculatorForm) -> str:
    """Say how many sessions are needed, and what so many would find."""
    if not form.is_valid():
        return "Fill in the least effect and the power."
    asked = form.cleaned_data
    others = max(1, experiment.variants.count() - 1)
    alpha = experiment.alpha / others
    rate = KINDS[Measure(experiment.primary_metric)] is Kind.RATE
    known = asked["base"] if rate else asked["spread"]
    if known is None:
        missing = "today’s rate" if rate else "the standard deviation"
        return f"Fill in {missing}; old sessions or a guess will do."
    effect, sessions = asked["effect"], asked["sessions"] or experiment.sessions_each
    try:
        if rate:
            needed = sessions_for_rate(base=known, effect=effect, alpha=alpha, power=asked["power"])
            power = power_for_rate(sessions, base=known, effect=effect, alpha=alpha)
        else:
            needed = sessions_for_mean(effect=effect, spread=known, alpha=alpha, power=asked["power"])
            power = power_for_mean(sessions, effect=effect, spread=known, alpha=alpha)
    except ValueError as error:
        return str(error)
    return (
        f"{needed:,} sessions of each variant find an effect of {effect:g} with a power of "
        f"{asked['power']:.0%}; {sessions:,} of each find it with {power:.1%}."
    )
