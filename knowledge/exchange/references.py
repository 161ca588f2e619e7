"""What a file's names stand for in an organization."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from knowledge.exchange.columns import CHECK_IN, KEY_RESULT, OBJECTIVE
from knowledge.exchange.parsing import Goal, Parsed, RowError
from knowledge.models import CheckIn, Cycle, KeyResult, Objective, Team, User

_Row = TypeVar("_Row", Objective, KeyResult)


@dataclass(frozen=True, slots=True)
class References:
    """Everything a file names, found with one query a kind."""

    people: Mapping[str, User]
    teams: Mapping[str, Team]
    cycles: Mapping[str, Cycle]
    objectives: Mapping[str, Objective]
    key_results: Mapping[str, KeyResult]

    def refused(self, parsed: Parsed) -> Iterator[RowError]:
        """Name every reference that leads nowhere."""
        known = {
            "owner": self.people,
            "team": {name.casefold() for name in self.teams},
            "cycle": {name.casefold() for name in self.cycles},
        }
        for goal in parsed.goals:
            for column, names in known.items():
                name = goal.text(column)
                if name and (name if column == "owner" else name.casefold()) not in names:
                    yield RowError(goal.line, parsed.heading(column), _MISSING[column])


@dataclass(frozen=True, slots=True)
class Diary:
    """What is checked in already: each check-in's name and note, and the current values."""

    names: frozenset[tuple[UUID, str]] = frozenset()
    notes: frozenset[tuple[UUID, str]] = frozenset()
    values: Mapping[UUID, Decimal | None] = field(default_factory=dict)


def diary_of(results: Iterable[KeyResult]) -> Diary:
    """Read the diary of these key results."""
    keys = [one.pk for one in results]
    written = list(
        CheckIn.objects.filter(key_result__in=keys).values_list("key_result_id", "external_id", "pk", "note")
    )
    return Diary(
        names=frozenset((result, name or str(key)) for result, name, key, _ in written),
        notes=frozenset((result, note) for result, _, _, note in written),
        values=dict(KeyResult.objects.filter(pk__in=keys).values_list("pk", "current_value")),
    )


_MISSING = {
    "owner": "Nobody in your organization has this e-mail address.",
    "team": "Your organization has no team of this name.",
    "cycle": "Your organization has no cycle of this name.",
}


def find_references(parsed: Parsed, organization_id: UUID) -> References:
    """Look up what a file names."""
    goals = parsed.goals
    names = {name: {goal.text(name) for goal in goals} for name in ("owner", "team", "cycle")}
    home = Q(organization_id=organization_id)
    return References(
        people={
            one.email: one for one in User.objects.filter(home, email__in=names["owner"], is_active=True)
        },
        teams={one.name.casefold(): one for one in Team.objects.filter(home)} if any(names["team"]) else {},
        cycles={one.name.casefold(): one for one in Cycle.objects.filter(home)}
        if any(names["cycle"])
        else {},
        objectives=_by_key(
            Objective.objects.filter(home), _keys(goals, OBJECTIVE, ("parent", "carried_from"))
        ),
        key_results=_by_key(
            KeyResult.objects.filter(home).select_related("objective"), _keys(goals, KEY_RESULT, ("parent",))
        ),
    )


def _keys(goals: Iterable[Goal], kind: str, references: tuple[str, ...]) -> set[str]:
    own = {goal.key for goal in goals if goal.kind == kind}
    named = {goal.text(name) for goal in goals for name in references}
    return own | named | {goal.text("parent") for goal in goals if goal.kind == CHECK_IN}


def _by_key(rows: QuerySet[_Row], keys: set[str]) -> dict[str, _Row]:
    """Find rows by their name elsewhere or, where they have none, by their id here."""
    ids = [key for text in keys if (key := _id_in(text))]
    found = rows.filter(Q(external_id__in=keys - {""}) | Q(external_id="", pk__in=ids))
    return {one.external_id or str(one.pk): one for one in found}


def _id_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
