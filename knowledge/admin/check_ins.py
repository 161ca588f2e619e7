"""Key results, check-ins and initiatives, to look at."""

from django.contrib import admin
from django.utils.safestring import SafeString

from knowledge.admin.access import ReadOnlyAdmin
from knowledge.admin.presenting import bar, plain
from knowledge.models import CheckIn, Initiative, KeyResult
from knowledge.selectors import progress_of_key_result


@admin.register(KeyResult)
class KeyResultAdmin(ReadOnlyAdmin):
    """Key results; they are written on their objective's page."""

    list_display = ["title", "objective", "kind", "direction", "progress", "confidence", "checked_in_at"]
    list_filter = ["kind", "direction"]
    list_select_related = ["objective"]
    search_fields = ["title", "external_id"]
    ordering = ["-created_at", "-id"]
    show_full_result_count = False

    @admin.display(description="Progress")
    def progress(self, result: KeyResult) -> SafeString | str:
        """Draw the progress."""
        return bar(progress_of_key_result(result))


@admin.register(CheckIn)
class CheckInAdmin(ReadOnlyAdmin):
    """Check-ins; written once, never changed."""

    list_display = ["key_result", "measured", "confidence", "note", "author", "checked_in_at"]
    list_filter = ["confidence"]
    list_select_related = ["key_result", "author"]
    search_fields = ["note", "key_result__title", "author__email"]
    ordering = ["-created_at", "-id"]
    show_full_result_count = False

    @admin.display(description="Value", ordering="value")
    def measured(self, check_in: CheckIn) -> str:
        """Write the value with its unit."""
        return f"{plain(check_in.value)} {check_in.key_result.unit}".strip()


@admin.register(Initiative)
class InitiativeAdmin(ReadOnlyAdmin):
    """Initiatives."""

    list_display = ["title", "objective", "status", "owner", "due_on"]
    list_filter = ["status"]
    list_select_related = ["objective", "owner"]
    search_fields = ["title"]
