"""What may be written, field by field."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict

from django.db import models

from knowledge.models import Cycle, KeyResult, Objective, Team, User


class CycleFields(TypedDict, total=False):
    """A cycle's fields; those left out stay as they are."""

    name: str
    status: str
    starts_on: date
    ends_on: date
    learnings: str


class ObjectiveFields(TypedDict, total=False):
    """An objective's fields; those left out stay as they are."""

    title: str
    description: str
    status: str
    commitment: str
    cycle: Cycle | None
    team: Team | None
    owner: User
    parent_objective: Objective | None
    parent_key_result: KeyResult | None
    starts_on: date | None
    due_on: date | None
    context: dict[str, Any]
    external_id: str


class KeyResultFields(TypedDict, total=False):
    """A key result's fields; those left out stay as they are."""

    title: str
    kind: str
    direction: str
    baseline: Decimal | None
    target: Decimal | None
    band: Decimal | None
    unit: str
    weight: Decimal
    position: int
    owner: User | None
    data_source: str
    due_on: date | None
    external_id: str


class CheckInFields(TypedDict, total=False):
    """A check-in's fields; `value` must be among them."""

    value: Decimal
    confidence: int | None
    note: str
    checked_in_at: datetime
    external_id: str


class InitiativeFields(TypedDict, total=False):
    """An initiative's fields; those left out stay as they are."""

    title: str
    status: str
    key_result: KeyResult | None
    owner: User | None
    due_on: date | None


def assign(row: models.Model, fields: Mapping[str, object]) -> list[str]:
    """Set the fields that differ on a row and name them, `updated_at` included; none when nothing does."""
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, fields[name])
    return [*changed, "updated_at"] if changed else []
