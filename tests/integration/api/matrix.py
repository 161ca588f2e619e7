"""What each kind of person may do at each address; an address that is not named here fails the test."""

from enum import Enum, StrEnum
from typing import Any, Final

OK: Final = 2


class Role(StrEnum):
    """Who asks, seen from whoever owns the objects."""

    OWNER = "the owner"
    TEAMMATE = "somebody of the objective's team"
    COLLEAGUE = "somebody of the same organization"
    STAFF = "staff of the same organization"
    STRANGER = "somebody of another organization"
    FOREIGN_STAFF = "staff of another organization"
    SUPERUSER = "a superuser of another organization"
    NOBODY = "nobody who is known"


OUTSIDE: Final = (Role.STRANGER, Role.FOREIGN_STAFF, Role.SUPERUSER)
_INSIDE: Final = (Role.OWNER, Role.TEAMMATE, Role.COLLEAGUE, Role.STAFF)


def _answers(inside: dict[Role, int], outside: int) -> dict[Role, int]:
    return dict.fromkeys(_INSIDE, OK) | inside | dict.fromkeys(OUTSIDE, outside) | {Role.NOBODY: 401}


class Access(Enum):
    """A rule about who may, as the statuses that each role is answered with; `OK` is any success."""

    # Conversations belong to one person; not even staff read them over the API.
    PRIVATE = _answers(dict.fromkeys(_INSIDE[1:], 404), 404)
    # An organization's goals are for everybody in it to see.
    READABLE = _answers({}, 404)
    # Changing a goal is for its owner, its team and the organization's staff.
    GOVERNED = _answers({Role.COLLEAGUE: 403}, 404)
    # The same, where the goal is named in the body: there, what is not seen is not a choice.
    REFERRED = _answers({Role.COLLEAGUE: 403}, 400)
    # About one's own things, or about no thing at all.
    OPEN = _answers({}, OK)
    # Where webhooks go is for those who were given the right; of the people here that is a superuser alone.
    GRANTED = dict.fromkeys(Role, 403) | {Role.SUPERUSER: 404, Role.NOBODY: 401}
    # The same, about one's own organization's.
    GRANTED_OWN = dict.fromkeys(Role, 403) | {Role.SUPERUSER: OK, Role.NOBODY: 401}
    # For whoever comes.
    PUBLIC = dict.fromkeys(Role, OK)


Body = dict[str, Any] | None

#: By operation of the OpenAPI document: who may, and what is sent.
OPERATIONS: Final[dict[str, tuple[Access, Body]]] = {
    "sessions_list": (Access.OPEN, None),
    "sessions_create": (Access.OPEN, {}),
    "sessions_retrieve": (Access.PRIVATE, None),
    "sessions_update": (Access.PRIVATE, {"title": "Taken over"}),
    "sessions_delete": (Access.PRIVATE, None),
    "sessions_okr": (Access.PRIVATE, None),
    "sessions_export": (Access.PRIVATE, None),
    "sessions_transition": (Access.PRIVATE, {"phase": "discovery"}),
    "messages_list": (Access.PRIVATE, None),
    "messages_create": (Access.PRIVATE, {"content": "Hello"}),
    "jobs_retrieve": (Access.PRIVATE, None),
    "jobs_events": (Access.PRIVATE, None),
    "jobs_cancel": (Access.PRIVATE, None),
    "jobs_retry": (Access.PRIVATE, None),
    "assessments_create": (Access.OPEN, {"objective": "Make customers stay"}),
    "knowledge_suggestions": (Access.OPEN, None),
    "knowledge_suggestion_feedback": (Access.OPEN, {"action": "used"}),
    "cycles_list": (Access.OPEN, None),
    "cycles_create": (Access.OPEN, {"name": "Next", "starts_on": "2027-01-01", "ends_on": "2027-03-31"}),
    "cycles_retrieve": (Access.READABLE, None),
    "cycles_update": (Access.READABLE, {"name": "Renamed"}),
    "cycles_delete": (Access.READABLE, None),
    "cycles_close": (
        Access.GOVERNED,
        {"objectives": [{"id": "{objective}", "outcome": "abandoned", "score": 0, "score_reason": "Over."}]},
    ),
    "cycles_carry_over": (Access.GOVERNED, {"objectives": ["{objective}"]}),
    "objectives_list": (Access.OPEN, None),
    "objectives_create": (Access.OPEN, {"title": "Make customers stay"}),
    "objectives_retrieve": (Access.READABLE, None),
    "objectives_update": (Access.GOVERNED, {"title": "Taken over"}),
    "objectives_delete": (Access.GOVERNED, None),
    "objectives_archive": (Access.GOVERNED, None),
    "objectives_close": (
        Access.GOVERNED,
        {"outcome": "abandoned", "score": 0, "score_reason": "Over."},
    ),
    "objectives_export": (Access.OPEN, None),
    "objectives_import": (Access.OPEN, {"file": "type,title\nobjective,Make customers stay\n"}),
    "key_results_list": (Access.OPEN, None),
    "key_results_create": (Access.REFERRED, {"objective": "{objective}", "title": "Churn falls to 2 %"}),
    "key_results_retrieve": (Access.READABLE, None),
    "key_results_update": (Access.GOVERNED, {"title": "Taken over"}),
    "key_results_delete": (Access.GOVERNED, None),
    "check_ins_list": (Access.OPEN, None),
    "check_ins_create": (Access.REFERRED, {"key_result": "{key_result}", "value": 40}),
    "check_ins_retrieve": (Access.READABLE, None),
    "initiatives_list": (Access.OPEN, None),
    "initiatives_create": (Access.REFERRED, {"objective": "{objective}", "title": "Call them"}),
    "initiatives_retrieve": (Access.READABLE, None),
    "initiatives_update": (Access.GOVERNED, {"title": "Taken over"}),
    "webhooks_list": (Access.GRANTED_OWN, None),
    "webhooks_create": (Access.GRANTED_OWN, {"url": "https://hooks.example.com/theirs"}),
    "webhooks_retrieve": (Access.GRANTED, None),
    "webhooks_update": (Access.GRANTED, {"url": "https://hooks.example.com/taken-over"}),
    "webhooks_delete": (Access.GRANTED, None),
    "webhooks_rotate": (Access.GRANTED, None),
    "webhooks_ping": (Access.GRANTED, None),
    "webhooks_deliveries": (Access.GRANTED, None),
    "webhooks_redeliver": (Access.GRANTED, None),
}

#: Every other address, the admin's own apart: who may see it.
PAGES: Final[dict[str, Access]] = {
    "": Access.OPEN,
    "sessions/": Access.OPEN,
    "sessions/<uuid:session_id>/": Access.PRIVATE,
    "sessions/<uuid:session_id>/turns/": Access.PRIVATE,
    "sessions/<uuid:session_id>/okr/": Access.PRIVATE,
    "turns/<uuid:job_id>/": Access.PRIVATE,
    "api/schema/": Access.PUBLIC,
    "api/docs/": Access.PUBLIC,
    "health/live": Access.PUBLIC,
    "health/ready": Access.PUBLIC,
}
#: Addresses with a test of their own, and which.
ELSEWHERE: Final[dict[str, str]] = {
    "^api/": "test_api_hostile: an unknown address is a problem too",
    "enter/": "test_entry: signed, short-lived, good for one entry",
    "leave/": "test_pages: signing out ends the session",
    "metrics": "test_metrics_page",
    "health/": "test_health",
    "admin/performance/": "test_performance_page and the admin's roles",
}
