"""Sessions, with the conversation as it was held."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline

from conversations.admin.filters import AgeFilter
from conversations.models import Job, Session, Transition
from conversations.values import Draft, Role
from knowledge.admin.access import AtHome, NothingToSave


class _ReadOnlyInline(TabularInline):  # type: ignore[misc]  # unfold ships no types.
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Session | None = None) -> list[str]:
        return list(self.fields)


class JobInline(_ReadOnlyInline):
    """The jobs of the session."""

    model = Job
    fk_name = "session"
    fields = ["turn", "status", "attempt", "priority", "model", "input_tokens", "output_tokens", "error_code"]
    ordering = ["turn"]


class TransitionInline(_ReadOnlyInline):
    """How the session moved through its phases."""

    model = Transition
    fields = ["from_phase", "to_phase", "trigger", "forced", "actor", "created_at"]


@admin.register(Session)
class SessionAdmin(NothingToSave, AtHome, ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Shows sessions; their content is the users' and is not edited here."""

    list_display = ["__str__", "user", "organization", "phase", "messages_count", "double_text", "updated_at"]
    list_filter = ["phase", AgeFilter, "organization", "double_text"]
    search_fields = ["id", "title", "user__email"]
    list_select_related = ["user", "organization"]
    show_full_result_count = False
    inlines = [JobInline, TransitionInline]
    readonly_fields = ["transcript", "okr"]
    fieldsets = [
        (None, {"fields": ["title", "user", "organization", "phase", "context", "double_text"]}),
        ("OKR", {"fields": ["okr", "draft_version", "approved_version", "messages_since_progress"]}),
        ("Transcript", {"fields": ["transcript"]}),
        ("Dates", {"fields": ["created_at", "updated_at", "deleted_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        """Count the messages in the same query."""
        sessions: QuerySet[Session] = super().get_queryset(request)
        return sessions.annotate(message_count=Count("messages"))

    @admin.display(description="messages")
    def messages_count(self, session: Session) -> int:
        """Give the number of messages."""
        return int(getattr(session, "message_count", 0))

    @admin.display(description="conversation")
    def transcript(self, session: Session) -> SafeString | str:
        """Show who said what, in order."""
        return (
            format_html_join(
                "",
                '<p style="white-space:pre-wrap;margin:.5em 0"><b>{}</b><br>{}</p>',
                (
                    ("User" if message.role == Role.USER else f"Coach ({message.model})", message.content)
                    for message in session.messages.all()
                ),
            )
            or "–"
        )

    @admin.display(description="OKR as it stands")
    def okr(self, session: Session) -> SafeString | str:
        """Show the objective and its key results."""
        draft = Draft.from_json(session.draft)
        if draft.objective is None:
            return "–"
        results = format_html_join("", "<li>{}</li>", ((one.text,) for one in draft.key_results))
        return format_html("<p><b>{}</b></p><ol>{}</ol>", draft.objective, results)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: sessions come from users."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        """Say no: sessions go by their owner, retention or erasure."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Session | None = None) -> list[str]:
        """Make every field read-only."""
        return [*self.readonly_fields, *(field.name for field in self.opts.fields)]
