"""Stored objectives as records."""

from collections.abc import Iterable
from uuid import UUID

from knowledge.exchange.records import CheckInRecord, KeyResultRecord, ObjectiveRecord
from knowledge.models import CheckIn, KeyResult, Objective
from knowledge.selectors import progress_of_key_result, progress_of_objective


def records_of(objectives: Iterable[Objective]) -> tuple[ObjectiveRecord, ...]:
    """Turn objectives, fetched by `objectives_for_export`, into records."""
    return tuple(_objective(one) for one in objectives)


def name_of(external_id: str, key: UUID) -> str:
    """Give what others call an object by: its name elsewhere, or its id here."""
    return external_id or str(key)


def _objective(one: Objective) -> ObjectiveRecord:
    results = list(one.key_results.all())
    alive = [result for result in results if result.archived_at is None]
    parent = one.parent_objective or one.parent_key_result
    return ObjectiveRecord(
        title=one.title,
        external_id=name_of(one.external_id, one.pk),
        description=one.description,
        parent=name_of(parent.external_id, parent.pk) if parent else "",
        carried_from=name_of(one.carried_from.external_id, one.carried_from.pk) if one.carried_from else "",
        owner=one.owner.email,
        team=one.team.name if one.team else "",
        cycle=one.cycle.name if one.cycle else "",
        starts_on=one.starts_on,
        due_on=one.due_on,
        status=one.status,
        outcome=one.outcome,
        commitment=one.commitment,
        progress=progress_of_objective(alive),
        quality=one.quality,
        score=one.score,
        score_reason=one.score_reason,
        learnings=one.learnings,
        context=one.context,
        key_results=tuple(_key_result(result) for result in results),
    )


def _key_result(one: KeyResult) -> KeyResultRecord:
    return KeyResultRecord(
        title=one.title,
        external_id=name_of(one.external_id, one.pk),
        kind=one.kind,
        direction=one.direction,
        baseline=one.baseline,
        target=one.target,
        band=one.band,
        unit=one.unit,
        weight=one.weight,
        current=one.current_value,
        confidence=one.confidence,
        progress=progress_of_key_result(one),
        owner=one.owner.email if one.owner else "",
        data_source=one.data_source,
        due_on=one.due_on,
        status="archived" if one.archived_at else "",
        score=one.score,
        score_reason=one.score_reason,
        check_ins=tuple(_check_in(each) for each in one.check_ins.all()),
    )


def _check_in(one: CheckIn) -> CheckInRecord:
    return CheckInRecord(
        value=one.value,
        external_id=name_of(one.external_id, one.pk),
        confidence=one.confidence,
        note=one.note,
        author=one.author.email,
        checked_in_at=one.checked_in_at,
    )
