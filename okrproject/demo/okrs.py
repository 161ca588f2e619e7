"""The OKRs of the demonstration, written as people would write them: through the services."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from knowledge.choices import CycleStatus, ObjectiveStatus
from knowledge.models import Cycle, KeyResult, Objective, Organization, Team, User
from knowledge.services import (
    Actor,
    CheckInFields,
    Closing,
    KeyResultFields,
    ObjectiveFields,
    Score,
    Source,
    carry_over,
    change_objective,
    check_in,
    close_cycle,
    create_cycle,
    create_initiative,
    create_key_result,
    create_objective,
)
from okrproject.demo.samples import (
    CARRIED,
    CONTEXT,
    CURRENT,
    LEAD,
    LEARNINGS,
    PEOPLE,
    PREVIOUS,
    SampleObjective,
    SampleResult,
)

_CYCLE = timedelta(weeks=13)
_GONE_BY = timedelta(weeks=8)
_BETWEEN_CHECK_INS = timedelta(weeks=1)


@dataclass(slots=True)
class _Written:
    """What has been written so far, by the samples' names."""

    teams: Mapping[str, Team]
    people: Mapping[str, Actor]
    objectives: dict[str, Objective] = field(default_factory=dict)
    results: dict[str, list[KeyResult]] = field(default_factory=dict)


def make_demo_okrs(organization: Organization) -> None:
    """Fill an organization that has no cycle yet with two cycles of OKRs and an empty one to come.

    All of it or nothing is written, and an organization with a cycle is left as its people made it.
    """
    with transaction.atomic():
        # The lock lets one of two stacks that start on one database write, and the other see it.
        Organization.objects.select_for_update().get(pk=organization.pk)
        if organization.cycles.exists():
            return
        teams = _teams(organization)
        written = _Written(teams, _people(organization, teams))
        began = _monday(timezone.localdate()) - _GONE_BY
        previous, current, _ = (
            _cycle(written.people[LEAD], began + _CYCLE * place, status)
            for place, status in (
                (-1, CycleStatus.ACTIVE),
                (0, CycleStatus.ACTIVE),
                (1, CycleStatus.PLANNING),
            )
        )
        _write(PREVIOUS, previous, written, until=previous.ends_on)
        _close(previous, written)
        _carry(previous, current, written)
        _write(CURRENT, current, written, until=timezone.localdate())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _teams(organization: Organization) -> dict[str, Team]:
    names = sorted({name for person in PEOPLE.values() for name in person.teams})
    return {name: Team.objects.get_or_create(organization=organization, name=name)[0] for name in names}


def _people(organization: Organization, teams: Mapping[str, Team]) -> dict[str, Actor]:
    found: dict[str, Actor] = {}
    for email, sample in PEOPLE.items():
        person = organization.people.filter(email=email).first() or User.objects.create_user(
            email, organization=organization, first_name=sample.first_name, last_name=sample.last_name
        )
        person.teams.add(*(teams[name] for name in sample.teams))
        found[email] = Actor(person, Source.SYSTEM)
    return found


def _cycle(by: Actor, starts_on: date, status: CycleStatus) -> Cycle:
    name = f"Cycle from {starts_on.day} {starts_on:%b %Y}"
    ends_on = starts_on + _CYCLE - timedelta(days=1)
    return create_cycle(
        by=by, fields={"name": name, "status": status, "starts_on": starts_on, "ends_on": ends_on}
    )


def _write(samples: Iterable[SampleObjective], cycle: Cycle, written: _Written, *, until: date) -> None:
    for sample in samples:
        objective = _objective(sample, cycle, written)
        by = written.people[sample.owner]
        written.objectives[sample.key] = objective
        written.results[sample.key] = [
            create_key_result(objective.pk, by=by, fields=_result_fields(one)) for one in sample.results
        ]
        _check_in(sample.results, written.results[sample.key], by, until)
        for title, status in sample.work:
            create_initiative(objective.pk, by=by, fields={"title": title, "status": status})


def _objective(sample: SampleObjective, cycle: Cycle, written: _Written) -> Objective:
    fields: ObjectiveFields = {
        "title": sample.title,
        "description": sample.description,
        "status": sample.status,
        "commitment": sample.commitment,
        "cycle": cycle,
        "team": written.teams.get(sample.team),
        "context": dict(CONTEXT),
    }
    if sample.below and sample.below_result is None:
        fields["parent_objective"] = written.objectives[sample.below]
    elif sample.below_result is not None:
        fields["parent_key_result"] = written.results[sample.below][sample.below_result]
    return create_objective(by=written.people[sample.owner], fields=fields)


def _result_fields(sample: SampleResult) -> KeyResultFields:
    return {
        "title": sample.title,
        "kind": sample.kind,
        "direction": sample.direction,
        "baseline": _number(sample.baseline),
        "target": _number(sample.target),
        "band": _number(sample.band),
        "unit": sample.unit,
        "weight": Decimal(sample.weight),
        "data_source": sample.source,
    }


def _check_in(samples: Iterable[SampleResult], results: Iterable[KeyResult], by: Actor, until: date) -> None:
    """Write a value a week, the last note beside the last value."""
    ago = timezone.localdate() - until
    for sample, result in zip(samples, results, strict=True):
        newest = timezone.now() - ago - timedelta(days=sample.days_ago)
        for place, (value, confidence) in enumerate(zip(sample.values, sample.confidences, strict=True), 1):
            weeks = len(sample.values) - place
            fields: CheckInFields = {
                "value": Decimal(value),
                "confidence": confidence,
                "note": "" if weeks else sample.note,
                "checked_in_at": newest - weeks * _BETWEEN_CHECK_INS,
            }
            check_in(result, by=by, fields=fields)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _close(cycle: Cycle, written: _Written) -> None:
    closings = {
        written.objectives[one.key].pk: Closing(
            one.outcome,
            one.learnings,
            key_results={
                result.pk: Score(Decimal(sample.score.value), sample.score.reason)
                for sample, result in zip(one.results, written.results[one.key], strict=True)
                if sample.score
            },
        )
        for one in PREVIOUS
    }
    close_cycle(cycle.pk, by=written.people[LEAD], learnings=LEARNINGS, closings=closings)


def _carry(previous: Cycle, current: Cycle, written: _Written) -> None:
    lead, original = written.people[LEAD], written.objectives[CARRIED]
    (copy,) = carry_over(previous.pk, by=lead, into=current.pk, objectives=[original.pk])
    change_objective(copy.pk, by=lead, fields={"status": ObjectiveStatus.ACTIVE})
