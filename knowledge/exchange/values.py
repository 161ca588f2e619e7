"""A row's values as the fields of what it stands for."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from knowledge.choices import Direction, ObjectiveStatus
from knowledge.exchange.parsing import Goal, Parsed
from knowledge.models import Objective


def present(goal: Goal, texts: tuple[str, ...], values: tuple[str, ...]) -> dict[str, Any]:
    """Give the columns that a row has, as a model's fields."""
    given = goal.values
    return {name: given[name] or "" for name in texts if name in given} | {
        name: given[name] for name in values if name in given
    }


def ending(fields: Mapping[str, Any], known: Objective | None) -> dict[str, Any]:
    """Keep the times and the outcome of an end in step with the status."""
    status = fields.get("status")
    if status is None or (known is not None and known.status == status):
        return {}
    now = timezone.now()
    ended: dict[str, Any] = {"closed_at": now} if status == ObjectiveStatus.CLOSED else {}
    if status != ObjectiveStatus.ARCHIVED:
        ended["archived_at"] = None
        if status != ObjectiveStatus.CLOSED:
            ended |= {"closed_at": None, "outcome": ""}
        return ended
    return {"archived_at": now}


def direction_in(fields: Mapping[str, Any]) -> str:
    """Tell the direction by the numbers, where the file names none."""
    baseline, target = fields.get("baseline"), fields.get("target")
    falls = baseline is not None and target is not None and target < baseline
    return Direction.DECREASE if falls else Direction.INCREASE


def unique_titles(parsed: Parsed) -> dict[tuple[str, str], str]:
    """Name rows by their titles, where only one in the file has that title."""
    counted = Counter((goal.kind, goal.text("title").casefold()) for goal in parsed.goals)
    return {
        (goal.kind, goal.text("title").casefold()): goal.key
        for goal in parsed.goals
        if counted[goal.kind, goal.text("title").casefold()] == 1
    }
