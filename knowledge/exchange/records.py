"""OKRs as they travel: free of the database, so that a conversation's draft travels the same way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class CheckInRecord:
    """A value at a moment."""

    value: Decimal
    external_id: str = ""
    confidence: int | None = None
    note: str = ""
    author: str = ""
    checked_in_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyResultRecord:
    """A key result; people are e-mail addresses."""

    title: str
    external_id: str = ""
    kind: str = "metric"
    direction: str = "increase"
    baseline: Decimal | None = None
    target: Decimal | None = None
    band: Decimal | None = None
    unit: str = ""
    weight: Decimal = Decimal(1)
    current: Decimal | None = None
    confidence: int | None = None
    progress: float | None = None
    owner: str = ""
    data_source: str = ""
    due_on: date | None = None
    status: str = ""
    score: Decimal | None = None
    score_reason: str = ""
    check_ins: tuple[CheckInRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectiveRecord:
    """An objective with its key results; parents are named by their external ids."""

    title: str
    external_id: str = ""
    description: str = ""
    parent: str = ""
    carried_from: str = ""
    owner: str = ""
    team: str = ""
    cycle: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    status: str = "draft"
    outcome: str = ""
    commitment: str = "committed"
    progress: float | None = None
    quality: int | None = None
    score: Decimal | None = None
    score_reason: str = ""
    learnings: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    key_results: tuple[KeyResultRecord, ...] = ()
