"""The response cache in the admin: its rules, what they did, and what lies in it."""

from typing import Final, TypeAlias

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from redis.exceptions import RedisError
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from conversations.admin.filters import AgeFilter
from conversations.cache.audit import FEWEST, standing_of
from conversations.cache.browse import Held, entries, figures
from conversations.cache.explain import Explanation
from conversations.cache.invalidate import dry_run_of, fire_rule, undo
from conversations.cache.live import patient_store
from conversations.cache.server import CacheUnavailableError
from conversations.models import CacheEvent, CacheFiring, CacheRule
from knowledge.models import User

_AWAY: Final = "The cache server does not answer."
_PER_PAGE: Final = 100
_CONFIRMED: Final = "confirmed"
_PART_ROW: Final = (
    '<tr><td style="padding-right:1em">{}</td><td style="padding-right:1em">{}</td>'
    '<td style="padding-right:1em"><code>{}</code></td><td><code>{}</code></td></tr>'
)
Answer: TypeAlias = HttpResponse | None


@admin.register(CacheRule)
class CacheRuleAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """What may be cached and what an event makes a miss; each rule can be tried dry, or fired now."""

    list_display = ["name", "event", "scope", "ttl", "organization", "position", "enabled"]
    list_editable = ["position", "enabled"]
    list_filter = ["event", "enabled", "scope"]
    list_select_related = ["organization"]
    search_fields = ["name", "note", "tags"]
    readonly_fields = ["what_it_would_do", "what_the_audit_found"]
    actions = ["fire_now"]
    actions_list = ["browse"]
    fieldsets = [
        (None, {"fields": ["name", "enabled", "position", "event", "organization", "note"]}),
        ("Requests", {"fields": ["phase", "openings_only", "scope", "ttl", "stale_for"]}),
        (
            "Openings in other words",
            {"fields": ["similar", "audit_share", "false_budget", "what_the_audit_found"]},
        ),
        ("Other events", {"fields": ["kinds", "tags", "what_it_would_do"]}),
    ]

    @admin.display(description="dry run")
    def what_it_would_do(self, rule: CacheRule) -> str:
        """Say what firing it now would cost."""
        if not rule.pk or rule.event == CacheEvent.REQUEST:
            return "–"
        try:
            found = dry_run_of(rule)
        except RedisError:
            return _AWAY
        return (
            f"{found.entries} entries would go; answering them again costs {found.tokens:,} tokens, "
            f"{found.seconds:,.0f} s and ${found.cost_usd:.4f}."
        )

    @admin.display(description="audit")
    def what_the_audit_found(self, rule: CacheRule) -> str:
        """Say how many shared answers were looked at, how many were wrong, and what became of it."""
        if not rule.pk:
            return "–"
        found = standing_of(rule)
        said = f"{found.judged} looked at, {found.false} wrong: {found.share:.2%} of a budget of "
        said += f"{rule.false_budget:.2%}, counted on at least {FEWEST}."
        if rule.similar_off_at and not rule.similar:
            said += f" Switched off by the audit at {rule.similar_off_at:%Y-%m-%d %H:%M} UTC."
        return said

    @admin.action(description="Fire now (after a dry run)", permissions=["change"])
    def fire_now(self, request: HttpRequest, queryset: QuerySet[CacheRule]) -> Answer:
        """Show what it would do; fire once that is confirmed."""
        rules = list(queryset.exclude(event=CacheEvent.REQUEST))
        try:
            if request.POST.get(_CONFIRMED):
                self._fire(request, rules)
                return None
            found = [(rule, dry_run_of(rule)) for rule in rules]
        except RedisError:
            messages.error(request, _AWAY)
            return None
        context = self.admin_site.each_context(request) | {
            "title": "Fire these rules now?",
            "opts": self.opts,
            "found": found,
            "confirmed": _CONFIRMED,
        }
        return TemplateResponse(request, "conversations/cache_fire.html", context)

    def _fire(self, request: HttpRequest, rules: list[CacheRule]) -> None:
        why = str(request.POST.get("why", "")).strip() or "Fired in the admin."
        for rule in rules:
            if fire_rule(rule, who=staff_of(request), why=why) is None:
                messages.info(request, f"Nothing in the cache depends on “{rule}”.")
            else:
                messages.success(request, f"“{rule}” was fired.")

    @action(description="Cached answers", url_path="browse")  # type: ignore[untyped-decorator]  # unfold ships no types.
    def browse(self, request: HttpRequest) -> HttpResponse:
        """Go to what lies in the cache."""
        return redirect(reverse("admin:conversations_cache_entries"))

    def get_urls(self) -> list[URLPattern]:
        """Add the browser of entries."""
        view = self.admin_site.admin_view
        own = [
            path("entries/", view(self.entries_view), name="conversations_cache_entries"),
            path("entries/drop/", view(self.drop_view), name="conversations_cache_drop"),
        ]
        return [*own, *super().get_urls()]

    def entries_view(self, request: HttpRequest) -> HttpResponse:
        """List what lies in the cache, most recently used first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        tag = request.GET.get("tag", "")
        held: list[Held] = []
        counted: dict[str, int] = {}
        try:
            held = [one for one in entries(patient_store()) if not tag or tag in one.tags]
            counted = figures(patient_store())
        except RedisError:
            messages.error(request, _AWAY)
        context = self.admin_site.each_context(request) | {
            "title": "Cached answers",
            "opts": self.opts,
            "page": Paginator(held, _PER_PAGE).get_page(request.GET.get("p")),
            "tag": tag,
            "figures": [
                (name.replace("_", " ").replace(":", ", "), value) for name, value in sorted(counted.items())
            ],
            "may_drop": self.has_change_permission(request),
        }
        return TemplateResponse(request, "conversations/cache_entries.html", context)

    def drop_view(self, request: HttpRequest) -> HttpResponse:
        """Take one entry out."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        try:
            dropped = patient_store().drop(str(request.POST.get("name", "")))
        except CacheUnavailableError:
            messages.error(request, _AWAY)
        else:
            messages.success(request, "The entry is gone." if dropped else "There is no such entry any more.")
        return redirect(reverse("admin:conversations_cache_entries"))


@admin.register(CacheFiring)
class CacheFiringAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Every invalidation, with who and why; one can be taken back while its entries live."""

    list_display = ["created_at", "rule_name", "why", "by", "tag_list", "state"]
    list_filter = [AgeFilter, "rule"]
    list_select_related = ["who", "undone_by"]
    search_fields = ["rule_name", "why", "who__email"]
    actions = ["take_back"]
    show_full_result_count = False

    @admin.display(description="who")
    def by(self, firing: CacheFiring) -> str:
        """Name the person, or say that a change did it."""
        return firing.who.email if firing.who else "the change itself"

    @admin.display(description="tags")
    def tag_list(self, firing: CacheFiring) -> str:
        """Give the tags, cut short."""
        return ", ".join(firing.tags[:3]) + (" …" if len(firing.tags) > 3 else "")

    @display(  # type: ignore[untyped-decorator]  # unfold ships no types.
        description="state", label={"Undone": "info", "Applied": "success", "Waiting": "warning"}
    )
    def state(self, firing: CacheFiring) -> str:
        """Say how far it came."""
        if firing.undone_at:
            return "Undone"
        return "Applied" if firing.applied_at else "Waiting"

    @admin.action(description="Take back, while nothing else has changed", permissions=["change"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[CacheFiring]) -> None:
        """Bring back the entries that the selected firings made misses."""
        for firing in queryset:
            try:
                undone = undo(firing, who=staff_of(request))
            except CacheUnavailableError:
                messages.error(request, _AWAY)
                return
            if undone:
                messages.success(request, f"Taken back: {firing}.")
            else:
                messages.warning(request, f"Too late, something has changed since: {firing}.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: firings come from events."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CacheFiring | None = None) -> bool:
        """Say no: the record stays until retention."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: CacheFiring | None = None) -> list[str]:
        """Make every field read-only."""
        return [field.name for field in self.opts.fields]


def why_it_missed(found: Explanation) -> SafeString:
    """Show a job's cache key beside the nearest earlier one, part by part."""
    rows = format_html_join(
        "",
        _PART_ROW,
        (("≠" if part.differs else "=", part.meaning, part.here, part.there) for part in found.parts),
    )
    return format_html(
        "<p><b>{}</b> {}</p><p>{}</p><table>{}</table>", found.status, found.reason, found.sentence, rows
    )


def staff_of(request: HttpRequest) -> User:
    """Give the person who is signed in."""
    assert isinstance(request.user, User)
    return request.user
