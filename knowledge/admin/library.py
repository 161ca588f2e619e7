"""The knowledge library and the feedback on it."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from knowledge.admin.access import AtHome
from knowledge.errors import LibraryContentError
from knowledge.library.content import Kind, LibraryItem, Template
from knowledge.library.shipped import shipped_items
from knowledge.library.store import restore_shipped, save_by_staff
from knowledge.library.vectors import EMBEDDER
from knowledge.models import FeedbackAction, LibraryEntry, SuggestionFeedback
from knowledge.suggestions.index import Document
from knowledge.suggestions.present import Reason, shown
from knowledge.suggestions.search import search_library


class EntryForm(forms.ModelForm[LibraryEntry]):
    """Refuses content that could not be shown."""

    class Meta:
        model = LibraryEntry
        fields: ClassVar[list[str]] = [
            "kind",
            "slug",
            "title",
            "industry",
            "functions",
            "outcome_type",
            "body",
            "retired_at",
        ]

    def clean(self) -> dict[str, Any]:
        """Parse the content as a reader of the library would."""
        cleaned = super().clean() or {}
        # Of an item that exists, the kind and the slug are not in the form.
        fixed = {"kind": self.instance.kind, "slug": self.instance.slug}
        if "body" in cleaned:
            try:
                LibraryEntry(**(fixed | cleaned)).item()
            except LibraryContentError as exc:
                raise ValidationError({"body": str(exc)}) from exc
            except ValueError:
                # The kind itself is wrong; the form has said so already.
                return cleaned
        return cleaned


class FunctionFilter(admin.SimpleListFilter):
    """Items for one function."""

    title = "function"
    parameter_name = "function"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the functions that the shipped library names."""
        names = {name for item in shipped_items() for name in item.functions}
        return [(name, name.replace("_", " ").capitalize()) for name in sorted(names)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LibraryEntry]) -> QuerySet[LibraryEntry]:
        """Keep the items for the chosen function."""
        return queryset.filter(functions__contains=[self.value()]) if self.value() else queryset


class RetiredFilter(admin.SimpleListFilter):
    """Items that are shown, or are not any more."""

    title = "shown"
    parameter_name = "shown"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer both."""
        return [("yes", "Shown"), ("no", "Retired")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LibraryEntry]) -> QuerySet[LibraryEntry]:
        """Keep the chosen ones."""
        return queryset.filter(retired_at__isnull=self.value() == "yes") if self.value() else queryset


def _count(action: FeedbackAction) -> Coalesce:
    """Count by a subquery: it runs for the page's rows only, an aggregate for all feedback ever given."""
    counted = SuggestionFeedback.objects.filter(entry=OuterRef("pk"), action=action).order_by()
    return Coalesce(Subquery(counted.values("entry").annotate(n=Count("pk")).values("n")), Value(0))


@admin.register(LibraryEntry)
class LibraryEntryAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Edits the library; every process shows the change with its next suggestion."""

    form = EntryForm
    list_display = (
        "title",
        "kind",
        "industry",
        "outcome_type",
        "version",
        "edited_by_staff",
        "is_shown",
        "times_shown",
        "times_used",
        "times_dismissed",
    )
    list_filter = ("kind", RetiredFilter, "edited_by_staff", "industry", FunctionFilter, "outcome_type")
    search_fields = ("title",)
    search_help_text = "Words of an item; misspelt ones find their like."
    list_per_page = 50
    show_full_result_count = False
    actions = ("retire", "bring_back", "restore")
    readonly_fields = ("preview", "version", "edited_by_staff", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("title", "kind", "slug", "industry", "functions", "outcome_type")}),
        ("Preview", {"fields": ("preview",)}),
        ("Content", {"fields": ("body",)}),
        ("State", {"fields": ("retired_at", "version", "edited_by_staff", "created_at", "updated_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[LibraryEntry]:
        """Count the feedback in the same query; leave out what no page shows."""
        rows: QuerySet[LibraryEntry] = super().get_queryset(request)
        return rows.defer("search", "searched", "embedding").annotate(
            shown_count=_count(FeedbackAction.SHOWN),
            used_count=_count(FeedbackAction.USED),
            dismissed_count=_count(FeedbackAction.DISMISSED),
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[LibraryEntry], search_term: str
    ) -> tuple[QuerySet[LibraryEntry], bool]:
        """Search words and likeness, best first."""
        return search_library(queryset, search_term), False

    def get_readonly_fields(self, request: HttpRequest, obj: LibraryEntry | None = None) -> tuple[str, ...]:
        """Keep the kind and slug of an item that exists: feedback refers to it."""
        return self.readonly_fields if obj is None else (*self.readonly_fields, "kind", "slug")

    def save_model(self, request: HttpRequest, obj: LibraryEntry, form: Any, change: bool) -> None:
        """Save as staff wrote it."""
        save_by_staff(obj)

    def has_delete_permission(self, request: HttpRequest, obj: LibraryEntry | None = None) -> bool:
        """Items are retired, never deleted: sessions and feedback refer to them."""
        return False

    @admin.display(description="Shown", boolean=True)
    def is_shown(self, obj: LibraryEntry) -> bool:
        """Say whether it is suggested at all."""
        return obj.retired_at is None

    @admin.display(description="Times shown", ordering="shown_count")
    def times_shown(self, obj: LibraryEntry) -> int:
        """Count how often it was shown."""
        return int(getattr(obj, "shown_count", 0))

    @admin.display(description="Used", ordering="used_count")
    def times_used(self, obj: LibraryEntry) -> int:
        """Count how often it was used."""
        return int(getattr(obj, "used_count", 0))

    @admin.display(description="Dismissed", ordering="dismissed_count")
    def times_dismissed(self, obj: LibraryEntry) -> int:
        """Count how often it was dismissed."""
        return int(getattr(obj, "dismissed_count", 0))

    @admin.display(description="As users see it")
    def preview(self, obj: LibraryEntry) -> SafeString | str:
        """Show the suggestion that this item becomes; a template with its gaps filled, too."""
        try:
            return _previewed(obj.item())
        except (LibraryContentError, ValueError) as exc:
            return format_html("<em>It cannot be shown yet: {}</em>", str(exc))

    @admin.action(description="Retire: do not suggest any more")
    def retire(self, request: HttpRequest, queryset: QuerySet[LibraryEntry]) -> None:
        """Take items out of the suggestions."""
        self._show(request, queryset, retired=True)

    @admin.action(description="Bring back into the suggestions")
    def bring_back(self, request: HttpRequest, queryset: QuerySet[LibraryEntry]) -> None:
        """Suggest retired items again."""
        self._show(request, queryset, retired=False)

    @admin.action(description="Restore the shipped content")
    def restore(self, request: HttpRequest, queryset: QuerySet[LibraryEntry]) -> None:
        """Give up the staff's edits."""
        count = restore_shipped(list(queryset.values_list("slug", flat=True)), shipped_items())
        self.message_user(request, f"{count} items have their shipped content again.", messages.SUCCESS)

    def _show(self, request: HttpRequest, queryset: QuerySet[LibraryEntry], *, retired: bool) -> None:
        now = timezone.now()
        keys = list(queryset.values_list("pk", flat=True))
        count = LibraryEntry.objects.filter(pk__in=keys).update(
            retired_at=now if retired else None, edited_by_staff=True, updated_at=now
        )
        word = "retired" if retired else "brought back"
        self.message_user(request, f"{count} items {word}.", messages.SUCCESS)


def _previewed(item: LibraryItem) -> SafeString:
    vector = EMBEDDER.embed(item.title)
    reframings = len(getattr(item.body, "reframings", ()))
    document = Document(item, vector, (vector,) * reframings)
    seen = shown(document, 1.0, Reason(words=(item.title,)), vector)
    texts = [seen.text]
    if isinstance(item.body, Template):
        filled = item.body.filled()
        texts.append("\n".join((filled.objective, *(f"– {one}" for one in filled.key_results))))
    if item.kind is Kind.EXAMPLE:
        texts.append(str(getattr(item.body, "why", "")))
    return format_html_join("", '<p style="white-space: pre-line">{}</p>', ((text,) for text in texts))


@admin.register(SuggestionFeedback)
class SuggestionFeedbackAdmin(AtHome, ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Shows what people did with suggestions; nothing here is edited."""

    list_display = ("entry", "action", "phase", "user", "organization", "created_at")
    list_filter = ("action", "phase", "entry__kind", "organization")
    search_fields = ("entry__title", "user__email")
    list_select_related = ("entry", "user", "organization")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Feedback comes from users."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: SuggestionFeedback | None = None) -> bool:
        """Feedback stays as given."""
        return False
