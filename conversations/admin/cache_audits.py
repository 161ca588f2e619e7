"""The audit of the response cache in the admin: answers that went to other words, side by side."""

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.text import Truncator
from unfold.admin import ModelAdmin
from unfold.decorators import display

from conversations.admin.cache import staff_of
from conversations.admin.filters import AgeFilter
from conversations.cache.audit import judge
from conversations.models import AuditVerdict, CacheAudit, Message
from conversations.values import Role


@admin.register(CacheAudit)
class CacheAuditAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Answers that went to other words, side by side with those they were given to; people may judge, too."""

    list_display = ["created_at", "here", "there", "similarity", "found", "judged_by", "rule"]
    list_filter = ["verdict", AgeFilter, "rule"]
    list_select_related = ["rule", "job__message", "like"]
    search_fields = ["difference", "job__message__content"]
    actions = ["mean_the_same", "a_false_hit"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[CacheAudit]:
        """Fetch the words of both sides along."""
        first = Message.objects.filter(session_id=OuterRef("like_id"), turn=1, role=Role.USER)
        found: QuerySet[CacheAudit] = super().get_queryset(request)
        return found.annotate(there_words=Subquery(first.values("content")[:1]))

    @admin.display(description="asked")
    def here(self, audit: CacheAudit) -> str:
        """Give the words that got the answer."""
        return Truncator(audit.job.message.content).chars(90)

    @admin.display(description="answered before")
    def there(self, audit: CacheAudit) -> str:
        """Give the words the answer was first given to."""
        return Truncator(getattr(audit, "there_words", None) or "(gone)").chars(90)

    @display(  # type: ignore[untyped-decorator]  # unfold ships no types.
        description="found",
        label={"pending": "info", "same": "success", "different": "danger", "unknown": "warning"},
    )
    def found(self, audit: CacheAudit) -> tuple[str, str]:
        """Say what was found."""
        said = audit.get_verdict_display() + (f": {audit.difference}" if audit.difference else "")
        return audit.verdict, said

    @admin.action(description="They mean the same", permissions=["change"])
    def mean_the_same(self, request: HttpRequest, queryset: QuerySet[CacheAudit]) -> None:
        """Judge as a person."""
        self._judge(request, queryset, AuditVerdict.SAME)

    @admin.action(description="A false hit: they do not mean the same", permissions=["change"])
    def a_false_hit(self, request: HttpRequest, queryset: QuerySet[CacheAudit]) -> None:
        """Judge as a person; it counts against the rule's budget."""
        self._judge(request, queryset, AuditVerdict.DIFFERENT)

    def _judge(self, request: HttpRequest, queryset: QuerySet[CacheAudit], verdict: AuditVerdict) -> None:
        who = staff_of(request)
        for audit in queryset:
            judge(audit.pk, verdict, difference="", judged_by=who.email, by=who)
        messages.success(request, f"{verdict.label}: noted.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: the sample is taken by chance."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CacheAudit | None = None) -> bool:
        """Say no: it goes with its session."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: CacheAudit | None = None) -> list[str]:
        """Make every field read-only."""
        return [field.name for field in self.opts.fields]
