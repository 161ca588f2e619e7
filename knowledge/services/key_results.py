"""Writing key results and their check-ins."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from knowledge.errors import EndedError, InvalidFieldError, OkrConflictError
from knowledge.models import CheckIn, KeyResult, Objective
from knowledge.services.fields import CheckInFields, KeyResultFields, assign
from knowledge.services.history import Actor, recorded
from knowledge.services.objectives import OPEN, locked, refresh_quality
from knowledge.services.refusals import writing
from knowledge.signals import Change, announce

MAX_KEY_RESULTS = 50
_CLOCK_SKEW = timedelta(minutes=5)


def create_key_result(objective_id: UUID, *, by: Actor, fields: KeyResultFields) -> KeyResult:
    """Add a key result to an open objective, last unless a position is given."""
    with writing(), recorded(by):
        objective = _open(objective_id, by)
        present = objective.key_results.filter(archived_at=None).count()
        if present >= MAX_KEY_RESULTS:
            raise OkrConflictError(f"An objective holds at most {MAX_KEY_RESULTS} key results.")
        result = KeyResult(
            organization_id=objective.organization_id, objective=objective, **({"position": present} | fields)
        )
        result.save(force_insert=True)
        _follow_up(objective)
    return result


def change_key_result(result: KeyResult, *, by: Actor, fields: KeyResultFields) -> KeyResult:
    """Change a key result of an open objective."""
    with writing(), recorded(by):
        objective = _open(result.objective_id, by)
        current = _current(result)
        changed = assign(current, fields)
        if changed:
            current.save(update_fields=changed)
            _follow_up(objective)
    return current


def archive_key_result(result: KeyResult, *, by: Actor) -> None:
    """Put a key result away; its check-ins stay."""
    with writing(), recorded(by):
        objective = _open(result.objective_id, by)
        current = _current(result)
        current.archived_at = timezone.now()
        current.save(update_fields=["archived_at", "updated_at"])
        _follow_up(objective)


def check_in(result: KeyResult, *, by: Actor, fields: CheckInFields) -> CheckIn:
    """Write down a key result's value at a moment, now unless another is given."""
    moment = fields.get("checked_in_at")
    if moment is not None and moment > timezone.now() + _CLOCK_SKEW:
        raise InvalidFieldError("checked_in_at", "A check-in cannot lie in the future.")
    with writing(), recorded(by):
        objective = _open(result.objective_id, by)
        written = CheckIn.objects.create(
            organization_id=objective.organization_id, key_result=_current(result), author=by.user, **fields
        )
        announce(Change.CHECKED_IN, organization_id=objective.organization_id, objective_id=objective.pk)
    return written


def _open(objective_id: UUID, by: Actor) -> Objective:
    objective = locked(objective_id, by)
    if objective.status not in OPEN:
        raise EndedError
    return objective


def _current(result: KeyResult) -> KeyResult:
    current = KeyResult.objects.get(pk=result.pk)
    if current.archived_at is not None:
        raise EndedError
    return current


def _follow_up(objective: Objective) -> None:
    refresh_quality(objective)
    announce(Change.CHANGED, organization_id=objective.organization_id, objective_id=objective.pk)
