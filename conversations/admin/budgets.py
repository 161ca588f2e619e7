"""Budgets in the admin: what an organization may spend a day, and what it has spent."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from conversations.models import Budget, BudgetDay


@admin.register(Budget)
class BudgetAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Dollars a day by organization; without a row, ORGANIZATION_DAILY_BUDGET_USD holds."""

    list_display = ["organization", "daily_usd", "updated_at"]
    list_select_related = ["organization"]
    search_fields = ["organization__name"]


@admin.register(BudgetDay)
class BudgetDayAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """What was spent on each day; the calls write it, nobody else."""

    list_display = ["day", "organization", "spent_usd"]
    list_filter = ["organization"]
    list_select_related = ["organization"]
    date_hierarchy = "day"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: calls make it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: BudgetDay | None = None) -> bool:
        """Say no: it is what was spent."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: BudgetDay | None = None) -> bool:
        """Say no: retention lets it go."""
        return False
