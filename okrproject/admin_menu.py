"""How the admin looks from outside: its name, and a menu in the order of the work."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy


def _may_see(app: str, model: str) -> Callable[[HttpRequest], bool]:
    def permitted(request: HttpRequest) -> bool:
        return any(request.user.has_perm(f"{app}.{right}_{model}") for right in ("view", "change"))

    return permitted


def _page(place: str, title: str, icon: str, *, seen_by: str = "") -> dict[str, Any]:
    """Link to a model's list, for those who may see it or, where named, another model."""
    app, model = place.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{model}_changelist"),
        "permission": _may_see(app, seen_by or model),
    }


_MENU: Final = [
    {
        "title": "Goals",
        "items": [
            _page("knowledge.objective", "Objectives", "flag"),
            _page("knowledge.keyresult", "Key results", "trending_up"),
            _page("knowledge.checkin", "Check-ins", "fact_check"),
            _page("knowledge.initiative", "Initiatives", "construction"),
            _page("knowledge.cycle", "Cycles", "event_repeat"),
        ],
    },
    {
        "title": "Coaching",
        "items": [
            _page("conversations.session", "Sessions", "forum"),
            _page("knowledge.libraryentry", "Library", "menu_book"),
            _page("knowledge.suggestionfeedback", "Feedback on suggestions", "thumbs_up_down"),
            _page("conversations.promptversion", "Prompts", "edit_note"),
            _page("conversations.promptpublication", "Published prompts", "publish"),
            _page("conversations.experiment", "Experiments", "science"),
            _page("conversations.shadowplan", "Shadow plans", "content_copy"),
            _page("conversations.shadowrun", "Shadow runs", "compare"),
            _page("conversations.routerule", "Routes", "alt_route"),
        ],
    },
    {
        "title": "Running it",
        "items": [
            {"title": "Performance", "icon": "speed", "link": reverse_lazy("performance")},
            _page("conversations.job", "Jobs", "bolt"),
            _page("conversations.deadletter", "Dead letters", "report", seen_by="job"),
            _page("conversations.cacherule", "Cache rules", "rule"),
            _page("conversations.cachefiring", "Cache firings", "local_fire_department"),
            _page("conversations.cacheaudit", "Cache audits", "verified"),
            _page("conversations.budget", "Budgets", "savings"),
            _page("conversations.budgetday", "Spent by day", "payments"),
            _page("conversations.webhookendpoint", "Webhooks", "webhook"),
            _page("conversations.webhookdelivery", "Webhook deliveries", "outbox"),
            _page("django_celery_beat.periodictask", "Schedule", "schedule"),
        ],
    },
    {
        "title": "People",
        "items": [
            _page("knowledge.organization", "Organizations", "apartment"),
            _page("knowledge.team", "Teams", "groups"),
            _page("knowledge.user", "People", "person"),
            _page("auth.group", "Roles", "badge"),
            _page("knox.authtoken", "API keys", "key"),
        ],
    },
]

LOOKS: Final[dict[str, Any]] = {
    "SITE_TITLE": "OKR coach",
    "SITE_HEADER": "OKR coach",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _: static("conversations/icon.svg")}
    ],
    "SITE_DROPDOWN": [{"icon": "chat", "title": "Chat with the coach", "link": reverse_lazy("pages:home")}],
    "SIDEBAR": {"navigation": _MENU},
}
