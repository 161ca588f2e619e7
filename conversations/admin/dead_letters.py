"""Dead letters: the jobs that failed for good, to be looked at and replayed."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from conversations import services
from conversations.admin.filters import AgeFilter
from conversations.admin.reasons import Asked, AsksWhy
from conversations.models import DeadLetter
from conversations.values import JobStatus
from knowledge.admin.access import AtHome

_REPLAY = Asked("replay", "Replay these jobs?", "Replay", "job(s) replayed", services.replay_jobs)


@admin.register(DeadLetter)
class DeadLetterAdmin(AtHome, AsksWhy):
    """Lists failed jobs with what they failed of; each can be replayed, alone or with others."""

    list_display = [
        "short_id",
        "error_code",
        "says",
        "attempt",
        "user",
        "organization",
        "replays",
        "finished_at",
    ]
    list_display_links = None
    list_filter = ["error_code", "error_retryable", AgeFilter, "priority", "organization"]
    search_fields = ["id", "session__id", "user__email", "error_code"]
    list_select_related = ["user", "organization"]
    show_full_result_count = False
    date_hierarchy = "finished_at"
    actions = ["replay"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeadLetter]:
        """Keep what failed in sessions that are still there; count how often each was replayed."""
        rows: QuerySet[DeadLetter] = super().get_queryset(request)
        rows = rows.filter(status=JobStatus.FAILED, session__deleted_at=None)
        return rows.annotate(replay_count=Count("interventions"))

    @admin.display(description="job")
    def short_id(self, job: DeadLetter) -> SafeString:
        """Link to the job's own page."""
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:conversations_job_change", args=[job.pk]), str(job.pk)[:8]
        )

    @admin.display(description="what happened")
    def says(self, job: DeadLetter) -> str:
        """Give the error's sentence, cut short."""
        return job.error_message[:80]

    @admin.display(description="replayed", ordering="replay_count")
    def replays(self, job: DeadLetter) -> int:
        """Give how often it was replayed before."""
        return int(getattr(job, "replay_count", 0))

    @admin.action(description="Replay, with a reason", permissions=["change"])
    def replay(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> HttpResponse | None:
        """Queue the selected jobs again."""
        return self.ask_why(request, queryset, _REPLAY)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        """Go to the job's own page."""
        return redirect(reverse("admin:conversations_job_change", args=[object_id]))

    def has_view_permission(self, request: HttpRequest, obj: DeadLetter | None = None) -> bool:
        """Say who may see jobs."""
        return request.user.has_perm("conversations.view_job") or self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: DeadLetter | None = None) -> bool:
        """Say who may change jobs."""
        return request.user.has_perm("conversations.change_job")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Say who may see jobs."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: jobs fail by themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: DeadLetter | None = None) -> bool:
        """Say no: jobs go by retention or erasure."""
        return False
