"""Turning what a user approved in a conversation into real objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db import transaction
from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone

from knowledge.choices import CycleStatus, Direction, Kind, ObjectiveStatus
from knowledge.models import Cycle, KeyResult, Objective, Organization, User
from knowledge.quality import quality_of
from knowledge.services.cycles import OPEN_CYCLES
from knowledge.services.history import Actor, Source, recorded
from knowledge.signals import Change, announce

_PLACES = Decimal("0.000001")
_LARGEST = Decimal(10) ** 18
_UNIT_LENGTH = 60


@dataclass(frozen=True, slots=True)
class KeyResultInput:
    """A key result as it was approved."""

    text: str
    kind: str = Kind.METRIC
    direction: str = Direction.INCREASE
    baseline: float | None = None
    target: float | None = None
    unit: str = ""


def create_from_draft(
    *,
    organization: Organization,
    owner: User,
    objective_text: str,
    key_results: Sequence[KeyResultInput],
    context: Mapping[str, object],
    session_id: UUID,
    job_id: UUID | None,
) -> Objective:
    """Create the objective and key results a session ended with, texts to the letter.

    It joins the caller's transaction. The same session again gives the same objective: its texts follow
    what was approved last, and key results that are no longer in it are archived.
    """
    by = Actor(owner, Source.COACH, job_id)
    with transaction.atomic(), recorded(by):
        texts = [one.text for one in key_results]
        quality = quality_of(objective_text, texts, context)
        objective = Objective.objects.select_for_update(of=("self",)).filter(session_id=session_id).first()
        if objective is None:
            objective = Objective.objects.create(
                organization=organization,
                owner=owner,
                cycle=current_cycle(organization),
                title=objective_text,
                status=ObjectiveStatus.ACTIVE,
                context=dict(context),
                session_id=session_id,
                quality=quality,
            )
            kind = Change.CREATED
        else:
            objective.title, objective.quality = objective_text, quality
            objective.save(update_fields=["title", "quality", "updated_at"])
            kind = Change.CHANGED
        _settle(objective, key_results)
        announce(kind, organization_id=organization.pk, objective_id=objective.pk)
    return objective


def current_cycle(organization: Organization) -> Cycle | None:
    """Give the cycle new objectives join: the active one that covers today, else the nearest open one."""
    today = timezone.localdate()
    rank = Case(
        When(status=CycleStatus.ACTIVE, starts_on__lte=today, ends_on__gte=today, then=Value(0)),
        When(status=CycleStatus.ACTIVE, then=Value(1)),
        When(ends_on__gte=today, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    open_cycles = Cycle.objects.filter(organization=organization, status__in=OPEN_CYCLES)
    return open_cycles.order_by(rank, "starts_on", "created_at").first()


def _settle(objective: Objective, wanted: Sequence[KeyResultInput]) -> None:
    present = {one.title: one for one in objective.key_results.filter(archived_at=None)}
    created = []
    for position, one in enumerate(wanted):
        known = present.pop(one.text, None)
        if known is None:
            created.append(_key_result(objective, one, position))
        elif known.position != position:
            known.position = position
            known.save(update_fields=["position", "updated_at"])
    KeyResult.objects.bulk_create(created)
    objective.key_results.filter(pk__in=[one.pk for one in present.values()]).update(
        archived_at=timezone.now(), updated_at=timezone.now()
    )


def _key_result(objective: Objective, given: KeyResultInput, position: int) -> KeyResult:
    baseline, target = _number(given.baseline), _number(given.target)
    direction = given.direction if given.direction in Direction.values else Direction.INCREASE
    if baseline is not None and target is not None and direction != Direction.MAINTAIN and baseline != target:
        # The model may name the wrong direction; the two numbers the user approved decide.
        direction = Direction.INCREASE if target > baseline else Direction.DECREASE
    return KeyResult(
        organization_id=objective.organization_id,
        objective=objective,
        position=position,
        title=given.text,
        kind=given.kind if given.kind in Kind.values else Kind.METRIC,
        direction=direction,
        baseline=baseline,
        target=target,
        unit=given.unit[:_UNIT_LENGTH],
    )


def _number(value: float | None) -> Decimal | None:
    """Give the number as it is stored; one that the column cannot hold stays in the text alone."""
    if value is None:
        return None
    try:
        number = Decimal(str(value)).quantize(_PLACES)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _LARGEST else None
