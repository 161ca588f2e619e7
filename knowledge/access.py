"""Who may change what: everybody reads their organization, and writes what is theirs."""

from uuid import UUID

from knowledge.errors import NotYoursError
from knowledge.models import Cycle, Objective, User


def may_write(user: User, objective: Objective) -> bool:
    """Tell whether a person owns an objective, belongs to its team, or is staff."""
    if user.is_superuser:
        return True
    if user.organization_id != objective.organization_id:
        return False
    if user.is_staff or objective.owner_id == user.pk:
        return True
    return objective.team_id is not None and user.teams.filter(pk=objective.team_id).exists()


def require_writable(user: User, objective: Objective) -> None:
    """Raise NotYoursError unless the person may change the objective."""
    if not may_write(user, objective):
        raise NotYoursError


def require_all_writable(user: User, objectives: list[Objective]) -> None:
    """Raise NotYoursError unless the person may change every one of these, with at most one query."""
    if user.is_superuser or (user.is_staff and all(_at_home(user, one) for one in objectives)):
        return
    teams = set(user.teams.values_list("pk", flat=True))
    foreign = [one for one in objectives if not _owns(user, one, teams)]
    if foreign:
        raise NotYoursError(
            f"{len(foreign)} of these {len(objectives)} objectives belong to others; ask staff to do this."
        )


def require_member(user: User, cycle: Cycle) -> None:
    """Raise NotYoursError unless the person belongs to the cycle's organization."""
    if not (user.is_superuser or user.organization_id == cycle.organization_id):
        raise NotYoursError


def _at_home(user: User, objective: Objective) -> bool:
    return user.organization_id == objective.organization_id


def _owns(user: User, objective: Objective, teams: set[UUID]) -> bool:
    return _at_home(user, objective) and (objective.owner_id == user.pk or objective.team_id in teams)
