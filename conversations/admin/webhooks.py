"""Webhooks: where an organization's go, what was sent, and what is to be sent again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminURLInputWidget

from conversations import services
from conversations.admin.filters import AgeFilter
from conversations.admin.reasons import Asked, AsksWhy, interventions_told
from conversations.errors import ConflictError
from conversations.models import DeliveryState, JobEvent, WebhookDelivery, WebhookEndpoint
from conversations.services.webhooks import (
    create_endpoint,
    delete_endpoint,
    ping,
    rotate_secret,
    update_endpoint,
)
from conversations.webhooks.addresses import AddressRefusedError, check_url
from knowledge.admin.access import AtHome, NothingToSave
from knowledge.admin.filters import OwnedFilter
from knowledge.models import User

_REDELIVER = Asked(
    "redeliver", "Send these again?", "Send again", "to be sent again", services.redeliver_many
)
_STATES = {
    DeliveryState.PENDING.label: "info",
    DeliveryState.SENDING.label: "warning",
    DeliveryState.DELIVERED.label: "success",
    DeliveryState.DEAD.label: "danger",
}
_TRY_ROW = (
    '<tr><td style="padding-right:1em">{}</td><td style="padding-right:1em">{}</td>'
    '<td style="padding-right:1em">{} ms</td><td>{}</td></tr>'
)


class WebhookForm(forms.ModelForm[WebhookEndpoint]):
    """Asks for the address and which ends it hears of."""

    url = forms.URLField(max_length=500, assume_scheme="https", widget=UnfoldAdminURLInputWidget)
    events = forms.MultipleChoiceField(
        choices=JobEvent.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None means all.",
    )

    class Meta:
        model = WebhookEndpoint
        fields = ["organization", "url", "description", "events", "enabled"]

    def clean_url(self) -> str:
        """Refuse an address that may not be sent to."""
        url: str = self.cleaned_data["url"]
        try:
            check_url(url)
        except AddressRefusedError as refusal:
            raise ValidationError(refusal.message) from None
        return url


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(AtHome, AsksWhy):
    """Endpoints; adding one, or rotating, shows its secret once."""

    form = WebhookForm
    list_display = ["url", "organization", "hears_of", "state", "failing_since", "created_at"]
    list_filter = ["enabled", "organization"]
    list_select_related = ["organization"]
    search_fields = ["url", "description"]
    readonly_fields = ["disabled_why", "failing_since", "previous_until", "created_by", "created_at"]
    actions_submit_line = ["rotate", "try_out"]

    @admin.display(description="events")
    def hears_of(self, endpoint: WebhookEndpoint) -> str:
        """Name the ends it hears of."""
        return ", ".join(endpoint.events) or "all"

    @display(description="state", label={"On": "success", "Off": "danger"})  # type: ignore[untyped-decorator]  # unfold ships no types.
    def state(self, endpoint: WebhookEndpoint) -> str:
        """Say whether it is told anything."""
        return "On" if endpoint.enabled else "Off"

    def get_readonly_fields(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> list[str]:
        """Keep an endpoint in its organization."""
        return [*self.readonly_fields, *(["organization"] if obj else [])]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Offer one's own organization only, unless one may see all."""
        form = super().get_form(request, obj, change, **kwargs)
        user = _person(request)
        if "organization" in form.base_fields and not user.is_superuser:
            field = form.base_fields["organization"]
            field.queryset = field.queryset.filter(pk=user.organization_id)
        return form

    def save_model(self, request: HttpRequest, obj: WebhookEndpoint, form: WebhookForm, change: bool) -> None:
        """Write through the service; a new endpoint's secret is shown this once."""
        given = form.cleaned_data
        if change:
            update_endpoint(obj, **{name: given[name] for name in form.changed_data})
            self._press_buttons(request, obj)
            return
        made = create_endpoint(
            organization=given["organization"],
            url=given["url"],
            description=given["description"],
            events=given["events"],
            by=_person(request),
        )
        obj.pk, obj.secret_salt, obj.secret_check = (
            made.endpoint.pk,
            made.endpoint.secret_salt,
            made.endpoint.secret_check,
        )
        if not given["enabled"]:
            update_endpoint(made.endpoint, enabled=False)
        messages.warning(request, f"The secret, shown only now: {made.secret}")

    def _press_buttons(self, request: HttpRequest, obj: WebhookEndpoint) -> None:
        for button in self.get_actions_submit_line(request, obj.pk):
            if button.action_name in request.POST:
                button.method(request, obj)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say on the page what a service refuses."""
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except ConflictError as refusal:
            messages.error(request, refusal.message)
            return redirect(request.get_full_path())
        return answer

    def delete_model(self, request: HttpRequest, obj: WebhookEndpoint) -> None:
        """Delete through the service."""
        delete_endpoint(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        """Delete each through the service."""
        for endpoint in queryset:
            delete_endpoint(endpoint)

    @action(description="Rotate the secret", permissions=["change"])  # type: ignore[untyped-decorator]  # unfold ships no types.
    def rotate(self, request: HttpRequest, obj: WebhookEndpoint) -> None:
        """Give it a new secret and show it this once."""
        made = rotate_secret(obj)
        messages.warning(request, f"The new secret, shown only now: {made.secret}")

    @action(description="Send a test", permissions=["change"])  # type: ignore[untyped-decorator]  # unfold ships no types.
    def try_out(self, request: HttpRequest, obj: WebhookEndpoint) -> None:
        """Send a `webhook.ping` and say where to see what becomes of it."""
        delivery = ping(obj)
        address = reverse("admin:conversations_webhookdelivery_change", args=[delivery.pk])
        messages.info(
            request, format_html('A test message is on its way: <a href="{}">see how it goes</a>.', address)
        )


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(NothingToSave, AtHome, AsksWhy):
    """Deliveries with every attempt; dead letters, and what was delivered, can be sent again."""

    home = "endpoint__organization"
    list_display = ["event", "endpoint", "state_label", "attempts", "response_status", "error", "created_at"]
    list_filter = ["state", AgeFilter, "event", ("endpoint", OwnedFilter)]
    list_select_related = ["endpoint"]
    search_fields = ["id", "job__id", "endpoint__url"]
    show_full_result_count = False
    actions = ["redeliver"]
    fields = [
        "endpoint", "event", "job", "state", "data", "attempts", "attempt_list", "next_attempt_at",
        "occurred_at", "created_at", "finished_at", "by_hand",
    ]  # fmt: skip

    @display(description="state", label=_STATES, ordering="state")  # type: ignore[untyped-decorator]  # unfold ships no types.
    def state_label(self, delivery: WebhookDelivery) -> str:
        """Give the state as a coloured label."""
        return delivery.get_state_display()

    @admin.display(description="attempts")
    def attempt_list(self, delivery: WebhookDelivery) -> SafeString | str:
        """Show each attempt, the newest last."""
        rows = format_html_join(
            "",
            _TRY_ROW,
            ((one["at"], one["status"] or "no answer", one["ms"], one["error"]) for one in delivery.tries),
        )
        return format_html("<table>{}</table>", rows) if rows else "–"

    @admin.display(description="by hand")
    def by_hand(self, delivery: WebhookDelivery) -> SafeString | str:
        """Tell what operators did to it, and why."""
        return interventions_told(delivery.interventions.select_related("who"))

    @admin.action(description="Send again, with a reason", permissions=["change"])
    def redeliver(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> HttpResponse | None:
        """Send the selected deliveries again."""
        return self.ask_why(request, queryset, _REDELIVER)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: deliveries come from jobs."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: WebhookDelivery | None = None) -> bool:
        """Say no: deliveries go by retention."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: WebhookDelivery | None = None) -> list[str]:
        """Make every field read-only."""
        return [*self.fields]


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
