"""OKRs as the documents that `outputs` describes.

Plain functions make them: a page holds thousands of fields, too many for a serializer's care of each.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

from knowledge.models import CheckIn, Cycle, Initiative, KeyResult, Objective
from knowledge.progress import Share, colour_of, objective_progress
from knowledge.selectors import progress_of_key_result

Document = dict[str, Any]
Row = TypeVar("Row")


def cycle_document(one: Cycle) -> Document:
    """Show a cycle."""
    return _copied(
        one,
        "id", "name", "status", "starts_on", "ends_on", "learnings",
        "created_at", "updated_at", "closed_at", "archived_at",
    )  # fmt: skip


def key_result_document(one: KeyResult) -> Document:
    """Show a key result with its progress."""
    return _key_result(one, progress_of_key_result(one))


def objective_document(one: Objective) -> Document:
    """Show an objective, fetched by `objectives_of`, with its key results and progress."""
    measured = [(result, progress_of_key_result(result)) for result in one.key_results.all()]
    progress = objective_progress(Share(known, result.weight) for result, known in measured)
    return _copied(
        one,
        "id", "title", "description", "status", "outcome", "commitment", "starts_on", "due_on", "context",
        "score_reason", "learnings", "quality", "external_id",
        "created_at", "updated_at", "closed_at", "archived_at",
    ) | {
        "cycle": one.cycle_id,
        "team": one.team_id,
        "owner": one.owner_id,
        "owner_email": one.owner.email,
        "parent_objective": one.parent_objective_id,
        "parent_key_result": one.parent_key_result_id,
        "carried_from": one.carried_from_id,
        "session": one.session_id,
        "progress": _rounded(progress),
        "measured": sum(known is not None for _, known in measured),
        "score": number(one.score),
        "score_colour": _colour(one.score),
        "key_results": [_key_result(result, known) for result, known in measured],
    }  # fmt: skip


def check_in_document(one: CheckIn) -> Document:
    """Show a check-in."""
    return _copied(one, "id", "confidence", "note", "external_id", "checked_in_at", "created_at") | {
        "key_result": one.key_result_id,
        "author": one.author_id,
        "author_email": one.author.email,
        "value": number(one.value),
    }


def initiative_document(one: Initiative) -> Document:
    """Show a piece of work."""
    return _copied(one, "id", "title", "status", "due_on", "created_at", "updated_at") | {
        "objective": one.objective_id,
        "key_result": one.key_result_id,
        "owner": one.owner_id,
    }


def documents(rows: Iterable[Row] | None, show: Callable[[Row], Document]) -> list[Document]:
    """Show one page of rows."""
    return [show(one) for one in rows or ()]


def number(value: Decimal | None) -> int | float | None:
    """Give a JSON number: whole where it is whole."""
    if value is None:
        return None
    decimal = Decimal(value)
    return int(decimal) if decimal == decimal.to_integral_value() else float(decimal)


def _key_result(one: KeyResult, progress: float | None) -> Document:
    return _copied(
        one,
        "id", "title", "kind", "direction", "unit", "position", "data_source", "due_on", "confidence",
        "checked_in_at", "score_reason", "external_id", "created_at", "updated_at", "archived_at",
    ) | {
        "objective": one.objective_id,
        "owner": one.owner_id,
        "carried_from": one.carried_from_id,
        "baseline": number(one.baseline),
        "target": number(one.target),
        "band": number(one.band),
        "weight": number(one.weight),
        "current_value": number(one.current_value),
        "progress": _rounded(progress),
        "score": number(one.score),
        "score_colour": _colour(one.score),
    }  # fmt: skip


def _copied(row: object, *names: str) -> Document:
    return {name: getattr(row, name) for name in names}


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 1)


def _colour(score: Decimal | None) -> str | None:
    return None if score is None else colour_of(score)
