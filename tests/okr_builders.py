"""OKR rows for tests: every field has a sensible value, so a test names only what it is about."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from knowledge.models import CheckIn, Cycle, KeyResult, Objective, Organization, Team, User
from tests.builders import a_user, an_organization

_numbers = count(1)


def a_team(organization: Organization | None = None, *, members: tuple[User, ...] = ()) -> Team:
    """Create a team."""
    team = Team.objects.create(organization=organization or an_organization(), name=f"Team {next(_numbers)}")
    team.members.set(members)
    return team


def a_cycle(organization: Organization | None = None, **fields: Any) -> Cycle:
    """Create a cycle: the first quarter of 2026 unless told otherwise."""
    defaults = {
        "name": f"Quarter {next(_numbers)}",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 3, 31),
        "status": "active",
    }
    return Cycle.objects.create(**({"organization": organization or an_organization()} | defaults | fields))


def an_objective(owner: User | None = None, **fields: Any) -> Objective:
    """Create an active objective."""
    person = owner or a_user()
    defaults = {"title": "Make customers stay because they love us", "status": "active"}
    return Objective.objects.create(
        **({"owner": person, "organization_id": person.organization_id} | defaults | fields)
    )


def a_key_result(objective: Objective | None = None, **fields: Any) -> KeyResult:
    """Create a key result that goes from 0 to 100."""
    place = objective or an_objective()
    defaults = {"title": "Retention rises from 0 to 100 %", "baseline": Decimal(0), "target": Decimal(100)}
    return KeyResult.objects.create(
        **({"objective": place, "organization_id": place.organization_id} | defaults | fields)
    )


def a_check_in(result: KeyResult, value: str = "50", **fields: Any) -> CheckIn:
    """Create a check-in by the objective's owner."""
    return CheckIn.objects.create(
        **(
            {
                "organization_id": result.organization_id,
                "key_result": result,
                "author": result.objective.owner,
                "value": Decimal(value),
            }
            | fields
        )
    )
