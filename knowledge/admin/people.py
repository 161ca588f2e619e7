"""Organizations, people and teams."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from knowledge.admin.access import AtHome, actor_of
from knowledge.models import Organization, Team, User


@admin.register(Organization)
class OrganizationAdmin(AtHome, ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Tenants."""

    home = "pk"

    list_display = ["name", "slug", "people", "created_at"]
    search_fields = ["name", "slug"]
    ordering = ["slug"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        """Count the people in the same query."""
        rows: QuerySet[Organization] = super().get_queryset(request)
        return rows.annotate(people_count=Count("people"))

    @admin.display(ordering="people_count")
    def people(self, organization: Any) -> int:
        """Give the number of people."""
        return int(organization.people_count)


class NewPersonForm(UserCreationForm):  # type: ignore[misc]  # unfold ships no types.
    """Asks for an e-mail address instead of a user name."""

    class Meta:
        model = User
        fields = ["email", "organization"]


class PersonForm(UserChangeForm):  # type: ignore[misc]  # unfold ships no types.
    """A person's fields."""

    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class PersonAdmin(AtHome, UserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # unfold ships no types.
    """People, known by their e-mail address."""

    form = PersonForm
    add_form = NewPersonForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["email", "organization", "first_name", "last_name", "is_staff", "is_active", "last_login"]
    list_filter = ["organization", "is_staff", "is_active"]
    list_select_related = ["organization"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = ["email"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "password", "organization"]}),
        ("Person", {"fields": ["first_name", "last_name"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Times", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "organization", "usable_password", "password1", "password2"]})
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Let nobody but a superuser give rights or move people: either would be a way to more."""
        given = ["is_staff", "is_superuser", "groups", "user_permissions", "organization"]
        return [*self.readonly_fields, *([] if actor_of(request).user.is_superuser else given)]


@admin.register(Team)
class TeamAdmin(AtHome, ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Teams and their members."""

    list_display = ["name", "organization"]
    list_filter = ["organization"]
    list_select_related = ["organization"]
    search_fields = ["name"]
    autocomplete_fields = ["organization", "members"]
