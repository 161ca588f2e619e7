"""An objective's history for people: who or what changed it, and when."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from knowledge.models import Objective, User

_SHOWN = 20


def told(objective: Objective) -> SafeString | str:
    """Tell the newest changes of an objective and its key results."""
    events = [
        *_events("ObjectiveEvent", pgh_obj=objective.pk),
        *_events("KeyResultEvent", objective_id=objective.pk),
    ]
    events.sort(key=lambda one: one.pgh_created_at, reverse=True)
    contexts = [(one, getattr(one.pgh_context, "metadata", None) or {}) for one in events[:_SHOWN]]
    people = User.objects.in_bulk([UUID(facts["user"]) for _, facts in contexts if facts.get("user")])
    rows = [
        (
            timezone.localtime(event.pgh_created_at).strftime("%Y-%m-%d %H:%M"),
            event.pgh_label,
            event.title,
            _who(facts, people),
        )
        for event, facts in contexts
    ]
    if not rows:
        return "none"
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{} {} “{}” by {}</li>", rows))


def _events(model: str, **of: UUID) -> list[Any]:
    # pghistory makes these models when the app loads, so no import can name them.
    rows = apps.get_model("knowledge", model).objects.filter(**of)
    return list(rows.select_related("pgh_context").order_by("-pgh_id")[:_SHOWN])


def _who(facts: dict[str, str], people: dict[Any, User]) -> str:
    person = people.get(UUID(facts["user"])) if facts.get("user") else None
    name = person.email if person else "the system"
    match facts.get("source"):
        case "coach":
            return f"the coach in job {facts.get('job', 'unknown')}, for {name}"
        case "import":
            return f"an import of {name}"
        case _:
            return name
