"""Carrying unfinished objectives over into another cycle."""

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from knowledge.access import require_all_writable
from knowledge.choices import Direction, ObjectiveStatus, Outcome
from knowledge.errors import EndedError, InvalidFieldError, NoNextCycleError
from knowledge.models import Cycle, KeyResult, Objective
from knowledge.services.cycles import OPEN_CYCLES, locked_cycle
from knowledge.services.history import Actor, recorded
from knowledge.services.refusals import writing
from knowledge.signals import Change, announce

_DONE_WITH = (Outcome.ACHIEVED, Outcome.ABANDONED)
_KEPT = ("title", "kind", "direction", "band", "unit", "weight", "position", "owner_id", "data_source")


def carry_over(
    cycle_id: UUID, *, by: Actor, into: UUID | None = None, objectives: Collection[UUID] | None = None
) -> list[Objective]:
    """Copy objectives with their key results into another cycle, as drafts linked to the originals.

    Without a choice, all that were neither achieved, abandoned nor archived; without a cycle, the next
    open one. Each baseline is the last known value; a target that lies behind it is left open. What was
    carried into that cycle before is given back as it is.
    """
    with writing(), recorded(by):
        cycle = locked_cycle(cycle_id, by)
        goal = locked_cycle(into, by) if into else _next_after(cycle)
        if goal.organization_id != cycle.organization_id or goal.pk == cycle.pk:
            raise InvalidFieldError("into", "Name another cycle of the same organization.")
        if goal.status not in OPEN_CYCLES:
            raise EndedError("The cycle to carry over into is closed or archived.")
        originals = _originals(cycle, objectives)
        require_all_writable(by.user, originals)
        return _copy_all(originals, goal)


def _next_after(cycle: Cycle) -> Cycle:
    following = Cycle.objects.filter(
        organization_id=cycle.organization_id, status__in=OPEN_CYCLES, starts_on__gt=cycle.starts_on
    )
    goal = following.order_by("starts_on", "created_at").first()
    if goal is None:
        raise NoNextCycleError
    return goal


def _originals(cycle: Cycle, chosen: Collection[UUID] | None) -> list[Objective]:
    rows = Objective.objects.filter(cycle=cycle).order_by("created_at", "id")
    if chosen is None:
        return list(rows.exclude(outcome__in=_DONE_WITH).exclude(status=ObjectiveStatus.ARCHIVED))
    found = list(rows.filter(pk__in=chosen))
    if len(found) != len(set(chosen)):
        raise InvalidFieldError("objectives", "Not every one of these is an objective of this cycle.")
    return found


def _copy_all(originals: list[Objective], goal: Cycle) -> list[Objective]:
    before = {
        one.carried_from_id: one for one in Objective.objects.filter(cycle=goal, carried_from__in=originals)
    }
    results = KeyResult.objects.filter(objective__in=originals, archived_at=None).order_by("position")
    copies: dict[UUID, Objective] = {}
    twins: dict[UUID, KeyResult] = {}
    for original in originals:
        copies[original.pk] = before.get(original.pk) or _copy(original, goal)
    for result in results:
        if result.objective_id not in before:
            twins[result.pk] = _copy_result(result, copies[result.objective_id])
    Objective.objects.bulk_create([one for key, one in copies.items() if key not in before])
    KeyResult.objects.bulk_create(twins.values())
    for original in originals:
        if original.pk not in before:
            _align(copies[original.pk], original, copies, twins)
    return list(copies.values())


def _copy(original: Objective, goal: Cycle) -> Objective:
    return Objective(
        organization_id=original.organization_id,
        cycle=goal,
        team_id=original.team_id,
        owner_id=original.owner_id,
        title=original.title,
        description=original.description,
        commitment=original.commitment,
        context=original.context,
        quality=original.quality,
        carried_from=original,
    )


def _copy_result(result: KeyResult, objective: Objective) -> KeyResult:
    baseline = result.current_value if result.current_value is not None else result.baseline
    return KeyResult(
        organization_id=result.organization_id,
        objective=objective,
        carried_from=result,
        baseline=baseline,
        target=_target_from(baseline, result),
        **{name: getattr(result, name) for name in _KEPT},
    )


def _target_from(baseline: Decimal | None, result: KeyResult) -> Decimal | None:
    target = result.target
    if baseline is None or target is None or result.direction == Direction.MAINTAIN:
        return target
    ahead = target > baseline if result.direction == Direction.INCREASE else target < baseline
    return target if ahead else None


def _align(
    copy: Objective,
    original: Objective,
    copies: dict[UUID, Objective],
    twins: dict[UUID, KeyResult],
) -> None:
    """Put a copy under the copy of its parent, or under the parent itself where that was not carried."""
    if original.parent_objective_id:
        parent = copies.get(original.parent_objective_id)
        copy.parent_objective_id = parent.pk if parent else original.parent_objective_id
    if original.parent_key_result_id:
        result = twins.get(original.parent_key_result_id)
        copy.parent_key_result_id = result.pk if result else original.parent_key_result_id
    if copy.parent_objective_id or copy.parent_key_result_id:
        copy.save(update_fields=["parent_objective", "parent_key_result", "updated_at"])
    announce(Change.CARRIED_OVER, organization_id=copy.organization_id, objective_id=copy.pk)
