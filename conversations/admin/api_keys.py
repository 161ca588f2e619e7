"""API keys: issued and withdrawn by staff; the key itself is shown once and never stored."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.http import HttpRequest
from knox.models import AuthToken
from knox.settings import knox_settings
from unfold.admin import ModelAdmin

from knowledge.admin.access import AtHome


class ApiKeyForm(forms.ModelForm[AuthToken]):
    """Asks whom the key is for."""

    class Meta:
        model = AuthToken
        fields = ["user"]


class ApiKeyAdmin(AtHome, ModelAdmin):  # type: ignore[misc]  # unfold ships no types.
    """Lists keys by their first characters; adding one shows it once."""

    home = "user__organization"
    form = ApiKeyForm
    list_display = ["token_key", "user", "organization", "created", "expiry"]
    list_filter = ["user__organization"]
    search_fields = ["user__email", "token_key"]
    autocomplete_fields = ["user"]
    list_select_related = ["user__organization"]
    ordering = ["-created"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuthToken]:
        """Join what the list shows."""
        keys: QuerySet[AuthToken] = super().get_queryset(request).select_related("user__organization")
        return keys

    @admin.display(ordering="user__organization")
    def organization(self, key: AuthToken) -> str:
        """Name the organization of the key's owner."""
        return str(key.user.organization)

    def save_model(
        self, request: HttpRequest, obj: AuthToken, form: forms.ModelForm[AuthToken], change: bool
    ) -> None:
        """Issue the key and show it this once."""
        user: AbstractBaseUser = form.cleaned_data["user"]
        issued, key = AuthToken.objects.create(user=user, expiry=knox_settings.TOKEN_TTL)
        obj.pk, obj.digest, obj.token_key = issued.pk, issued.digest, issued.token_key
        messages.warning(request, f"The new key, shown only now: {key}")

    def has_change_permission(self, request: HttpRequest, obj: AuthToken | None = None) -> bool:
        """Say no: a key is issued or withdrawn, never edited."""
        return False


if admin.site.is_registered(AuthToken):
    admin.site.unregister(AuthToken)
admin.site.register(AuthToken, ApiKeyAdmin)
