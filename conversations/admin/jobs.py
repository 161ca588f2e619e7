"""Jobs: what waits, what runs, how it ended and where its time went."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from conversations import services
from conversations.admin.cache import why_it_missed
from conversations.admin.filters import AgeFilter
from conversations.admin.reasons import Asked, AsksWhy, interventions_told
from conversations.cache.explain import explain
from conversations.models import Job
from conversations.pipeline.steps import TOTAL
from conversations.values import JobStatus, place_of
from knowledge.admin.access import AtHome, NothingToSave

_COLOURS = {
    JobStatus.QUEUED.label: "info",
    JobStatus.RUNNING.label: "warning",
    JobStatus.SUCCEEDED.label: "success",
    JobStatus.FAILED.label: "danger",
}

_STEP_ROW = (
    '<tr><td style="padding-right:1em">{}</td><td style="text-align:right">{}</td>'
    '<td style="width:14em;padding-left:1em">'
    '<div style="background:currentColor;opacity:.5;height:.6em;width:{}%"></div></td></tr>'
)
_REPLAY = Asked("retry_jobs", "Replay these jobs?", "Replay", "job(s) replayed", services.replay_jobs)
_CANCEL = Asked("cancel_jobs", "Cancel these jobs?", "Cancel them", "job(s) cancelled", services.cancel_jobs)


@admin.register(Job)
class JobAdmin(NothingToSave, AtHome, AsksWhy):
    """Shows jobs; staff may replay or cancel them, and change nothing by hand."""

    list_display = [
        "short_id",
        "state",
        "session",
        "user",
        "priority",
        "attempt",
        "phase",
        "total",
        "created_at",
    ]
    list_filter = ["status", AgeFilter, "phase", "priority", "organization", "model", "error_code"]
    search_fields = ["id", "session__id", "session__title", "user__email"]
    list_select_related = ["session", "user"]
    show_full_result_count = False
    date_hierarchy = "created_at"
    actions = ["retry_jobs", "cancel_jobs"]
    exclude = ["timings", "assessment", "suggestions", "cache", "route", "prompt_sections"]
    readonly_fields = [
        "step_timings",
        "exchange",
        "cache_key",
        "chosen_route",
        "sections",
        "by_hand",
        "webhooks",
    ]
    fieldsets = [
        (None, {"fields": ["status", "session", "user", "organization", "exchange"]}),
        ("Timings", {"fields": ["step_timings", "created_at", "started_at", "finished_at"]}),
        (
            "Model",
            {"fields": ["model", "prompt_version", "stop_reason", "strategy", "phase", "chosen_route"]},
        ),
        ("Response cache", {"fields": ["cache_control", "cache_key"]}),
        (
            "Usage",
            {
                "fields": [
                    "input_tokens",
                    "output_tokens",
                    "cache_creation_input_tokens",
                    "cache_read_input_tokens",
                    "cost_usd",
                    "sections",
                ]
            },
        ),
        (
            "Delivery",
            {
                "fields": [
                    "priority",
                    "turn",
                    "attempt",
                    "lease_epoch",
                    "lease_until",
                    "worker",
                    "available_at",
                    "sent_at",
                    "sent_count",
                    "expires_at",
                    "cancel_requested_at",
                ]
            },
        ),
        ("Error", {"fields": ["error_code", "error_message", "error_retryable", "partial_text"]}),
        ("Operations", {"fields": ["by_hand", "webhooks"]}),
    ]

    @admin.display(description="job", ordering="id")
    def short_id(self, job: Job) -> str:
        """Give the first characters of the id."""
        return str(job.pk)[:8]

    @display(description="status", label=_COLOURS, ordering="status")  # type: ignore[untyped-decorator]  # unfold ships no types.
    def state(self, job: Job) -> str:
        """Give the status as a coloured label."""
        return job.get_status_display()

    @admin.display(description="total ms")
    def total(self, job: Job) -> str:
        """Give the milliseconds of the whole pipeline."""
        return f"{job.timings[TOTAL]:,.0f}" if TOTAL in job.timings else "–"

    @admin.display(description="question and reply")
    def exchange(self, job: Job) -> SafeString:
        """Show what was asked and answered."""
        reply = job.reply.content if job.reply else "–"
        return format_html("<p><b>User:</b> {}</p><p><b>Coach:</b> {}</p>", job.message.content, reply)

    @admin.display(description="why it was a hit or a miss")
    def cache_key(self, job: Job) -> SafeString:
        """Compare the job's cache key with the nearest earlier one."""
        return why_it_missed(explain(job))

    @admin.display(description="route")
    def chosen_route(self, job: Job) -> str:
        """Say which rule chose the model, and which models could not answer."""
        if not job.route:
            return "–"
        told = [f"by “{job.route['rule'] or 'no rule'}” to {job.route['model']}"]
        told += [f"effort {job.route['effort']}"] if job.route["effort"] else []
        told += [f"{model} could not answer" for model in job.route["failed"]]
        return ", ".join(told)

    @admin.display(description="prompt's tokens (estimated)")
    def sections(self, job: Job) -> str:
        """Show what each section of the prompt cost."""
        if not job.prompt_sections:
            return "–"
        each = ", ".join(f"{name} {count}" for name, count in job.prompt_sections.items())
        return f"{sum(job.prompt_sections.values())}: {each}"

    @admin.display(description="steps (ms)")
    def step_timings(self, job: Job) -> SafeString | str:
        """Show each step's milliseconds with a bar of its share."""
        steps: dict[str, float] = job.timings.get("steps", {})
        if not steps:
            return "–"
        whole = max(job.timings.get(TOTAL, 0.0), sum(steps.values()), 0.001)
        ordered = sorted(steps.items(), key=lambda step: place_of(step[0]))
        rows = format_html_join(
            "", _STEP_ROW, ((name, f"{ms:.3f}", f"{100 * ms / whole:.2f}") for name, ms in ordered)
        )
        return format_html("<table>{}</table>", rows)

    @admin.display(description="by hand")
    def by_hand(self, job: Job) -> SafeString | str:
        """Tell what operators did to it, and why."""
        done = job.interventions.select_related("who")
        return interventions_told(done)

    @admin.display(description="webhooks")
    def webhooks(self, job: Job) -> SafeString | str:
        """Link to what other systems were told of it."""
        rows = (
            (
                reverse("admin:conversations_webhookdelivery_change", args=[one.pk]),
                one.event,
                one.endpoint.url,
                one.get_state_display(),
            )
            for one in job.deliveries.select_related("endpoint")
        )
        return format_html_join("", '<p><a href="{}">{}</a> to {}: {}</p>', rows) or "–"

    @admin.action(description="Replay the selected jobs, with a reason", permissions=["change"])
    def retry_jobs(self, request: HttpRequest, queryset: QuerySet[Job]) -> HttpResponse | None:
        """Queue failed and cancelled jobs again."""
        return self.ask_why(request, queryset, _REPLAY)

    @admin.action(description="Cancel the selected jobs, with a reason", permissions=["change"])
    def cancel_jobs(self, request: HttpRequest, queryset: QuerySet[Job]) -> HttpResponse | None:
        """Stop jobs that are not finished."""
        return self.ask_why(request, queryset, _CANCEL)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: jobs come from messages."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        """Say no: jobs go by retention or erasure."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Job | None = None) -> list[str]:
        """Make every field read-only; the services change jobs."""
        return [*self.readonly_fields, *(field.name for field in self.opts.fields)]
