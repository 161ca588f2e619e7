"""Writing cycles: planning, closing with scores, carrying over into the next."""

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from django.utils import timezone

from knowledge.access import require_all_writable, require_member
from knowledge.choices import CycleStatus
from knowledge.errors import EndedError, InvalidFieldError, NotReadyToCloseError
from knowledge.models import Cycle, KeyResult, Objective
from knowledge.services.fields import CycleFields, assign
from knowledge.services.history import Actor, recorded
from knowledge.services.objectives import OPEN, Closing, end, unmet_by
from knowledge.services.refusals import writing

OPEN_CYCLES = (CycleStatus.PLANNING, CycleStatus.ACTIVE)


def create_cycle(*, by: Actor, fields: CycleFields) -> Cycle:
    """Create a cycle in the actor's organization."""
    cycle = Cycle(organization_id=by.user.organization_id, **fields)
    if cycle.status not in OPEN_CYCLES:
        raise InvalidFieldError("status", f"A new cycle is one of: {', '.join(OPEN_CYCLES)}.")
    with writing(), recorded(by):
        cycle.save(force_insert=True)
    return cycle


def change_cycle(cycle_id: UUID, *, by: Actor, fields: CycleFields) -> Cycle:
    """Change a cycle; setting it to planning or active reopens an ended one."""
    with writing(), recorded(by):
        cycle = locked_cycle(cycle_id, by)
        wanted = cast("dict[str, object]", dict(fields))
        status = wanted.get("status", cycle.status)
        if (
            status == cycle.status
            and cycle.status not in OPEN_CYCLES
            and set(wanted) - {"learnings", "status"}
        ):
            raise EndedError("This cycle is closed or archived; reopen it first.")
        if status != cycle.status:
            if status not in OPEN_CYCLES:
                raise InvalidFieldError("status", "Close or archive a cycle at its own address.")
            wanted |= {"closed_at": None, "archived_at": None}
        if changed := assign(cycle, wanted):
            cycle.save(update_fields=changed)
    return cycle


def archive_cycle(cycle_id: UUID, *, by: Actor) -> Cycle:
    """Put a cycle away; its objectives stay as they are. Archiving twice changes nothing."""
    with writing(), recorded(by):
        cycle = locked_cycle(cycle_id, by)
        if cycle.status != CycleStatus.ARCHIVED:
            cycle.status = CycleStatus.ARCHIVED
            cycle.archived_at = timezone.now()
            cycle.save(update_fields=["status", "archived_at", "updated_at"])
    return cycle


def close_cycle(
    cycle_id: UUID, *, by: Actor, learnings: str = "", closings: Mapping[UUID, Closing] | None = None
) -> Cycle:
    """Close a cycle and every open objective in it, all or nothing.

    Raises NotReadyToCloseError naming each outcome and score that is missing, InvalidFieldError for a
    closing of an objective that is not open in this cycle.
    """
    given = closings or {}
    with writing(), recorded(by):
        cycle = locked_cycle(cycle_id, by)
        if cycle.status not in OPEN_CYCLES:
            raise EndedError("This cycle is closed already.")
        objectives = _open_objectives(cycle)
        require_all_writable(by.user, objectives)
        if set(given) - {one.pk for one in objectives}:
            raise InvalidFieldError(
                "objectives", "Not every one of these is an open objective of this cycle."
            )
        results = _results_of(objectives)
        if unmet := _unmet(objectives, results, given):
            raise NotReadyToCloseError(unmet)
        for objective in objectives:
            end(objective, results[objective.pk], given[objective.pk])
        cycle.status = CycleStatus.CLOSED
        cycle.closed_at = timezone.now()
        cycle.learnings = learnings or cycle.learnings
        cycle.save(update_fields=["status", "closed_at", "learnings", "updated_at"])
    return cycle


def locked_cycle(cycle_id: UUID, by: Actor) -> Cycle:
    """Give the cycle, locked until the transaction ends, if the actor belongs to its organization."""
    cycle = Cycle.objects.select_for_update().get(pk=cycle_id)
    require_member(by.user, cycle)
    return cycle


def _open_objectives(cycle: Cycle) -> list[Objective]:
    rows = Objective.objects.select_for_update(of=("self",)).filter(cycle=cycle, status__in=OPEN)
    return list(rows.order_by("created_at", "id"))


def _results_of(objectives: list[Objective]) -> dict[UUID, list[KeyResult]]:
    grouped: dict[UUID, list[KeyResult]] = {one.pk: [] for one in objectives}
    for result in KeyResult.objects.filter(objective__in=objectives, archived_at=None):
        grouped[result.objective_id].append(result)
    return grouped


def _unmet(
    objectives: list[Objective], results: Mapping[UUID, list[KeyResult]], given: Mapping[UUID, Closing]
) -> tuple[str, ...]:
    unmet: list[str] = []
    for one in objectives:
        closing = given.get(one.pk)
        if closing is None:
            unmet.append(f"The objective “{one.title}” needs an outcome.")
        else:
            unmet.extend(unmet_by(closing, results[one.pk]))
    return tuple(unmet)
