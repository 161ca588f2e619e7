"""The columns of a table of objectives, and how other tools' columns map onto them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

OBJECTIVE, KEY_RESULT, CHECK_IN = "objective", "key_result", "check_in"

COLUMNS = (
    "type", "external_id", "title", "parent", "owner", "team", "cycle", "starts_on", "due_on", "status",
    "outcome", "commitment", "kind", "direction", "baseline", "target", "current", "band", "unit", "weight",
    "confidence", "note", "date", "score", "score_reason", "learnings", "description", "data_source",
    "context", "carried_from",
)  # fmt: skip

NUMBERS = frozenset({"baseline", "target", "current", "band", "weight", "score", "confidence"})
DATES = frozenset({"starts_on", "due_on"})

_TYPES = {
    "objective": OBJECTIVE,
    "o": OBJECTIVE,
    "goal": OBJECTIVE,
    "big rock": OBJECTIVE,
    "key result": KEY_RESULT,
    "key_result": KEY_RESULT,
    "kr": KEY_RESULT,
    "kpi": KEY_RESULT,
    "metric": KEY_RESULT,
    "check-in": CHECK_IN,
    "check_in": CHECK_IN,
    "check in": CHECK_IN,
}
_STATUSES = {
    "draft": "draft",
    "in review": "in_review",
    "in_review": "in_review",
    "active": "active",
    "closed": "closed",
    "archived": "archived",
}
_OTHER_STATUSES = _STATUSES | {
    "not started": "draft",
    "planned": "draft",
    "on track": "active",
    "in progress": "active",
    "at risk": "active",
    "behind": "active",
    "off track": "active",
    "open": "active",
    "postponed": "archived",
    "cancelled": "archived",
}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How one kind of file names things; names are compared without case and outer spaces."""

    name: str
    columns: Mapping[str, str]
    types: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(_TYPES))
    statuses: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(_OTHER_STATUSES))
    date_formats: tuple[str, ...] = ("%Y-%m-%d", "%Y/%m/%d")


OWN = ColumnMap("okr", {name: name for name in COLUMNS}, statuses=_STATUSES)

VIVA_GOALS = ColumnMap(
    "viva_goals",
    {
        "id": "external_id",
        "okr id": "external_id",
        "title": "title",
        "object type": "type",
        "type": "type",
        "parent": "parent",
        "parent id": "parent",
        "parent okr": "parent",
        "aligned to": "parent",
        "owner": "owner",
        "owner email": "owner",
        "team": "team",
        "teams": "team",
        "time period": "cycle",
        "start date": "starts_on",
        "due date": "due_on",
        "end date": "due_on",
        "status": "status",
        "description": "description",
        "metric start": "baseline",
        "start value": "baseline",
        "metric target": "target",
        "target value": "target",
        "target": "target",
        "current value": "current",
        "metric current": "current",
        "metric unit": "unit",
        "unit": "unit",
        "metric direction": "direction",
        "weight": "weight",
        "last check-in note": "note",
        "check-in note": "note",
        "last check-in date": "date",
        "last check-in": "date",
    },
    date_formats=("%Y-%m-%d", "%m/%d/%Y", "%b %d, %Y", "%d %b %Y"),
)

GENERIC = ColumnMap(
    "generic",
    {
        "id": "external_id",
        "external id": "external_id",
        "goal id": "external_id",
        "title": "title",
        "name": "title",
        "goal": "title",
        "goal title": "title",
        "objective title": "title",
        "type": "type",
        "goal type": "type",
        "parent": "parent",
        "parent id": "parent",
        "parent goal": "parent",
        "owner": "owner",
        "owner e-mail": "owner",
        "owner email": "owner",
        "email": "owner",
        "team": "team",
        "department": "team",
        "cycle": "cycle",
        "period": "cycle",
        "quarter": "cycle",
        "start": "starts_on",
        "start date": "starts_on",
        "end": "due_on",
        "end date": "due_on",
        "due": "due_on",
        "due date": "due_on",
        "deadline": "due_on",
        "status": "status",
        "state": "status",
        "description": "description",
        "details": "description",
        "baseline": "baseline",
        "start value": "baseline",
        "starting value": "baseline",
        "from": "baseline",
        "target": "target",
        "target value": "target",
        "goal value": "target",
        "to": "target",
        "current": "current",
        "current value": "current",
        "actual": "current",
        "unit": "unit",
        "units": "unit",
        "direction": "direction",
        "weight": "weight",
        "confidence": "confidence",
        "note": "note",
        "notes": "note",
        "comment": "note",
        "check-in note": "note",
        "check-in notes": "note",
        "check-in date": "date",
        "updated": "date",
    },
)

MAPS = (OWN, VIVA_GOALS, GENERIC)


def map_for(header: tuple[str, ...]) -> ColumnMap:
    """Choose the map that knows most of a header's names; the first of equals."""
    names = [folded(name) for name in header]
    return max(MAPS, key=lambda one: sum(name in one.columns for name in names))


def folded(name: str) -> str:
    """Give a name as it is compared."""
    return " ".join(name.split()).casefold()
