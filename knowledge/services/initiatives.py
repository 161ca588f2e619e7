"""Writing initiatives."""

from uuid import UUID

from knowledge.errors import InvalidFieldError
from knowledge.models import Initiative, Objective
from knowledge.services.fields import InitiativeFields, assign
from knowledge.services.history import Actor, recorded
from knowledge.services.objectives import locked
from knowledge.services.refusals import writing


def create_initiative(objective_id: UUID, *, by: Actor, fields: InitiativeFields) -> Initiative:
    """Add a piece of work to an objective."""
    with writing(), recorded(by):
        objective = locked(objective_id, by)
        _check_result(objective, fields)
        return Initiative.objects.create(
            organization_id=objective.organization_id, objective=objective, **fields
        )


def change_initiative(initiative: Initiative, *, by: Actor, fields: InitiativeFields) -> Initiative:
    """Change a piece of work."""
    with writing(), recorded(by):
        objective = locked(initiative.objective_id, by)
        _check_result(objective, fields)
        if changed := assign(initiative, fields):
            initiative.save(update_fields=changed)
    return initiative


def _check_result(objective: Objective, fields: InitiativeFields) -> None:
    result = fields.get("key_result")
    if result is not None and result.objective_id != objective.pk:
        raise InvalidFieldError("key_result", "This key result belongs to another objective.")
