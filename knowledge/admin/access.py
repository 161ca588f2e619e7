"""Pages of one organization's rows, written by services."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.admin import ModelAdmin

from knowledge.errors import KnowledgeError
from knowledge.models import User
from knowledge.services import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Give the hand that writes; the admin lets nobody else in."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("The admin needs a person.")
    return Actor(user)


class AtHome:
    """Shows staff the rows of their own organization; superusers see all."""

    home: str = "organization"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Keep the rows of the person's organization."""
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]  # of the admin it is mixed in.
        user = actor_of(request).user
        return rows if user.is_superuser else rows.filter(**{self.home: user.organization_id})

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Leave out the choice of organizations where there is none: it names all the others."""
        filters: list[Any] = list(super().get_list_filter(request))  # type: ignore[misc]  # as above.
        if actor_of(request).user.is_superuser:
            return filters
        return [one for one in filters if one not in ("organization", "user__organization")]


class NothingToSave:
    """Leaves out the buttons of a form whose every field is only shown: actions alone change its rows."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the form without them."""
        context |= {"show_save": False, "show_save_and_continue": False, "show_save_and_add_another": False}
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]  # as above.
        return answer


class OkrAdmin(AtHome, ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Shows staff their own organization; superusers see all. Nothing is deleted, only archived."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Say no: OKRs are archived."""
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form; what a service refuses is said on the page, and nothing is written."""
        try:
            answer: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        except KnowledgeError as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(request.get_full_path())
        return answer


class ReadOnlyAdmin(OkrAdmin):
    """Shows rows that are written elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Say no."""
        return False


def changed_fields(form: Any) -> Mapping[str, Any]:
    """Give what a valid form changes."""
    return {name: form.cleaned_data[name] for name in form.changed_data}


def become(obj: Model, written: Model) -> None:
    """Let the form's object be the row that a service wrote."""
    obj.pk = written.pk
    obj._state.adding = False  # noqa: SLF001 - Django's public name for it
    obj.refresh_from_db()
