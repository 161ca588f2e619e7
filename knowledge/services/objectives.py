"""Writing objectives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import cast
from uuid import UUID

from django.utils import timezone

from knowledge.access import require_writable
from knowledge.choices import ObjectiveStatus, Outcome
from knowledge.errors import EndedError, InvalidFieldError, NotReadyToCloseError
from knowledge.models import KeyResult, Objective
from knowledge.quality import quality_of
from knowledge.services.fields import ObjectiveFields, assign
from knowledge.services.history import Actor, recorded
from knowledge.services.refusals import writing
from knowledge.signals import Change, announce

OPEN = (ObjectiveStatus.DRAFT, ObjectiveStatus.IN_REVIEW, ObjectiveStatus.ACTIVE)
_TEXTS = frozenset({"title", "context"})


@dataclass(frozen=True, slots=True)
class Score:
    """A score given at close, 0.0 to 1.0, and its reason."""

    value: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Closing:
    """How an objective ends: its outcome, what it taught, and the scores of its key results."""

    outcome: Outcome
    learnings: str = ""
    score: Score | None = None
    key_results: Mapping[UUID, Score] = field(default_factory=dict)


def create_objective(*, by: Actor, fields: ObjectiveFields) -> Objective:
    """Create an objective in the actor's organization; the actor owns it unless another is named."""
    objective = Objective(organization_id=by.user.organization_id, **({"owner": by.user} | fields))
    if objective.status not in OPEN:
        raise InvalidFieldError("status", f"A new objective is one of: {', '.join(OPEN)}.")
    objective.quality = quality_of(objective.title, (), objective.context)
    with writing(), recorded(by):
        objective.save(force_insert=True)
        _announce(Change.CREATED, objective)
    return objective


def change_objective(objective_id: UUID, *, by: Actor, fields: ObjectiveFields) -> Objective:
    """Change an objective; an ended one changes only by setting an open status, which reopens it."""
    with writing(), recorded(by):
        objective = locked(objective_id, by)
        wanted = cast("dict[str, object]", dict(fields))
        status = wanted.pop("status", objective.status)
        if status != objective.status:
            _reopen(objective, str(status))
        elif objective.status not in OPEN and wanted:
            raise EndedError
        _change(objective, wanted)
    return objective


def close_objective(objective_id: UUID, *, by: Actor, closing: Closing) -> Objective:
    """Close an objective; every key result needs a score unless the outcome is abandoned."""
    with writing(), recorded(by):
        objective = locked(objective_id, by)
        if objective.status not in OPEN:
            raise EndedError
        results = list(objective.key_results.filter(archived_at=None))
        if unmet := unmet_by(closing, results):
            raise NotReadyToCloseError(unmet)
        end(objective, results, closing)
    return objective


def archive_objective(objective_id: UUID, *, by: Actor) -> Objective:
    """Put an objective away; everything that belongs to it stays. Archiving twice changes nothing."""
    with writing(), recorded(by):
        objective = locked(objective_id, by)
        if objective.status != ObjectiveStatus.ARCHIVED:
            objective.status = ObjectiveStatus.ARCHIVED
            objective.archived_at = timezone.now()
            objective.save(update_fields=["status", "archived_at", "updated_at"])
            _announce(Change.ARCHIVED, objective)
    return objective


def locked(objective_id: UUID, by: Actor) -> Objective:
    """Give the objective, locked until the transaction ends, if the actor may change it."""
    objective = Objective.objects.select_for_update(of=("self",)).get(pk=objective_id)
    require_writable(by.user, objective)
    return objective


def refresh_quality(objective: Objective) -> None:
    """Let the rubric look at an objective again, after a title in it changed."""
    titles = objective.key_results.filter(archived_at=None).values_list("title", flat=True)
    objective.quality = quality_of(objective.title, list(titles), objective.context)
    Objective.objects.filter(pk=objective.pk).exclude(quality=objective.quality).update(
        quality=objective.quality, updated_at=timezone.now()
    )


def unmet_by(closing: Closing, results: list[KeyResult]) -> tuple[str, ...]:
    """Name each score that a closing lacks; an abandoned objective needs none."""
    if closing.outcome == Outcome.ABANDONED:
        return ()
    return tuple(
        f"The key result “{one.title}” needs a score with a reason."
        for one in results
        if one.score is None and one.pk not in closing.key_results
    )


def end(objective: Objective, results: list[KeyResult], closing: Closing) -> None:
    """Write a closing down; the caller holds the transaction and the lock."""
    for result in results:
        if given := closing.key_results.get(result.pk):
            result.score, result.score_reason = given.value, given.reason
            result.save(update_fields=["score", "score_reason", "updated_at"])
    if total := closing.score or _mean_of(results):
        objective.score, objective.score_reason = total.value, total.reason
    objective.outcome = closing.outcome
    objective.learnings = closing.learnings or objective.learnings
    objective.status = ObjectiveStatus.CLOSED
    objective.closed_at = timezone.now()
    objective.save(
        update_fields=[
            "score", "score_reason", "outcome", "learnings", "status", "closed_at", "updated_at",
        ]
    )  # fmt: skip
    _announce(Change.CLOSED, objective)


def _mean_of(results: list[KeyResult]) -> Score | None:
    scored = [(one.score, one.weight) for one in results if one.score is not None]
    if not scored:
        return None
    if all(weight == 0 for _, weight in scored):
        scored = [(score, Decimal(1)) for score, _ in scored]
    mean = sum(score * weight for score, weight in scored) / sum(weight for _, weight in scored)
    rounded = Decimal(mean).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Score(rounded, "The weighted mean of its key results' scores.")


def _reopen(objective: Objective, status: str) -> None:
    if status not in OPEN:
        raise InvalidFieldError("status", "Close or archive an objective at its own address.")
    objective.status = ObjectiveStatus(status)
    objective.outcome = ""
    objective.score, objective.score_reason = None, ""
    objective.closed_at = objective.archived_at = None
    objective.save(
        update_fields=[
            "status", "outcome", "score", "score_reason", "closed_at", "archived_at", "updated_at",
        ]
    )  # fmt: skip
    _announce(Change.CHANGED, objective)


def _change(objective: Objective, wanted: dict[str, object]) -> None:
    if wanted.get("parent_objective"):
        wanted.setdefault("parent_key_result", None)
    elif wanted.get("parent_key_result"):
        wanted.setdefault("parent_objective", None)
    changed = assign(objective, wanted)
    if not changed:
        return
    objective.save(update_fields=changed)
    if _TEXTS.intersection(changed):
        refresh_quality(objective)
    _announce(Change.CHANGED, objective)


def _announce(kind: Change, objective: Objective) -> None:
    announce(kind, organization_id=objective.organization_id, objective_id=objective.pk)
