"""OKRs are written as the domain says, remembered with who wrote them, and announced."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from knowledge.choices import Outcome
from knowledge.errors import (
    EndedError,
    InvalidFieldError,
    NoNextCycleError,
    NotReadyToCloseError,
    NotYoursError,
)
from knowledge.models import (  # type: ignore[attr-defined]  # pghistory makes the event models.
    Cycle,
    KeyResult,
    KeyResultEvent,
    Objective,
    ObjectiveEvent,
    User,
)
from knowledge.services import (
    Actor,
    Closing,
    KeyResultInput,
    Score,
    archive_cycle,
    archive_key_result,
    archive_objective,
    carry_over,
    change_cycle,
    change_key_result,
    change_objective,
    check_in,
    close_cycle,
    close_objective,
    create_cycle,
    create_from_draft,
    create_key_result,
    create_objective,
)
from knowledge.signals import okr_changed
from tests.builders import a_user
from tests.okr_builders import a_check_in, a_cycle, a_key_result, a_team, an_objective

pytestmark = pytest.mark.django_db

GOOD = Score(Decimal("0.8"), "Nearly all of it.")
POOR = Score(Decimal("0.2"), "We started late.")


@pytest.fixture
def owner() -> User:
    """A person."""
    return a_user()


@pytest.fixture
def heard() -> Iterator[list[dict[str, Any]]]:
    """The announcements made."""
    announcements: list[dict[str, Any]] = []

    def listen(**facts: Any) -> None:
        assert transaction.get_connection().in_atomic_block
        announcements.append(facts)

    okr_changed.connect(listen)
    yield announcements
    okr_changed.disconnect(listen)


def test_a_new_objective_is_its_makers_and_is_assessed(owner: User) -> None:
    objective = create_objective(by=Actor(owner), fields={"title": "Make customers love our support"})

    stored = Objective.objects.get(pk=objective.pk)
    assert stored.owner == owner
    assert stored.quality is not None


def test_history_remembers_who_changed_what(owner: User) -> None:
    objective = create_objective(by=Actor(owner), fields={"title": "First"})
    change_objective(objective.pk, by=Actor(owner), fields={"title": "Second"})

    events = ObjectiveEvent.objects.filter(pgh_obj=objective).order_by("pgh_id")
    assert [event.title for event in events][:2] == ["First", "Second"]
    assert {event.pgh_context.metadata["user"] for event in events} == {str(owner.pk)}
    assert {event.pgh_context.metadata["source"] for event in events} == {"person"}


def test_every_write_is_announced_inside_its_transaction(owner: User, heard: list[dict[str, Any]]) -> None:
    by = Actor(owner)
    objective = create_objective(by=by, fields={"title": "Grow"})
    result = create_key_result(objective.pk, by=by, fields={"title": "From 1 to 2", "target": Decimal(2)})
    check_in(result, by=by, fields={"value": Decimal(1)})
    archive_objective(objective.pk, by=by)

    assert [one["kind"] for one in heard] == ["created", "changed", "checked_in", "archived"]
    assert {one["organization_id"] for one in heard} == {owner.organization_id}
    assert {one["objective_id"] for one in heard} == {objective.pk}


def test_changing_nothing_is_not_announced(owner: User, heard: list[dict[str, Any]]) -> None:
    objective = an_objective(owner)

    change_objective(objective.pk, by=Actor(owner), fields={"title": objective.title})

    assert heard == []


def test_others_may_not_change_it(owner: User) -> None:
    colleague = a_user(organization=owner.organization)
    objective = an_objective(owner)

    with pytest.raises(NotYoursError):
        change_objective(objective.pk, by=Actor(colleague), fields={"title": "Mine"})


def test_its_team_and_staff_may_change_it(owner: User) -> None:
    member, staff = (
        a_user(organization=owner.organization),
        a_user(organization=owner.organization, is_staff=True),
    )
    objective = an_objective(owner, team=a_team(owner.organization, members=(member,)))

    for person in (member, staff):
        change_objective(objective.pk, by=Actor(person), fields={"description": person.email})

    objective.refresh_from_db()
    assert objective.description == staff.email


def test_staff_of_another_organization_may_not_change_it(owner: User) -> None:
    objective = an_objective(owner)

    with pytest.raises(NotYoursError):
        change_objective(objective.pk, by=Actor(a_user(is_staff=True)), fields={"title": "Ours"})


def test_a_refused_alignment_names_its_field(owner: User) -> None:
    objective = an_objective(owner)

    with pytest.raises(InvalidFieldError) as refusal:
        change_objective(objective.pk, by=Actor(owner), fields={"parent_objective": objective})

    assert refusal.value.field == "parent_objective"


def test_a_new_parent_replaces_the_old_one_of_the_other_kind(owner: User) -> None:
    above = an_objective(owner)
    objective = an_objective(owner, parent_objective=above)

    changed = change_objective(
        objective.pk, by=Actor(owner), fields={"parent_key_result": a_key_result(above)}
    )

    assert changed.parent_objective is None


def test_quality_follows_the_key_results(owner: User) -> None:
    by = Actor(owner)
    objective = create_objective(by=by, fields={"title": "Make customers love our support"})
    result = create_key_result(objective.pk, by=by, fields={"title": "Raise NPS from 20 to 50"})
    objective.refresh_from_db()
    with_result = objective.quality

    change_key_result(result, by=by, fields={"title": "Hold meetings"})
    objective.refresh_from_db()
    with_activity = objective.quality
    archive_key_result(result, by=by)

    assert with_result is not None
    assert with_activity is not None
    assert with_activity < with_result


def test_archiving_keeps_everything_below(owner: User) -> None:
    result = a_key_result(an_objective(owner))
    a_check_in(result)

    archive_objective(result.objective_id, by=Actor(owner))

    result.refresh_from_db()
    assert result.archived_at is None
    assert result.check_ins.count() == 1


def test_an_archived_objective_changes_only_by_reopening(owner: User) -> None:
    objective = archive_objective(an_objective(owner).pk, by=Actor(owner))

    with pytest.raises(EndedError):
        change_objective(objective.pk, by=Actor(owner), fields={"title": "Again"})
    reopened = change_objective(objective.pk, by=Actor(owner), fields={"title": "Again", "status": "active"})

    assert (reopened.title, reopened.archived_at) == ("Again", None)


def test_nobody_checks_in_on_an_ended_objective(owner: User) -> None:
    result = a_key_result(an_objective(owner))
    archive_objective(result.objective_id, by=Actor(owner))

    with pytest.raises(EndedError):
        check_in(result, by=Actor(owner), fields={"value": Decimal(1)})


def test_closing_scores_the_objective_by_the_weighted_mean(owner: User) -> None:
    objective = an_objective(owner)
    heavy = a_key_result(objective, weight=Decimal(3))
    light = a_key_result(objective, weight=Decimal(1))

    closing = Closing(Outcome.PARTIAL, "Start earlier.", key_results={heavy.pk: GOOD, light.pk: POOR})
    closed = close_objective(objective.pk, by=Actor(owner), closing=closing)

    heavy.refresh_from_db()
    assert (heavy.score, heavy.score_reason) == (Decimal("0.80"), "Nearly all of it.")
    assert (closed.status, closed.outcome, closed.learnings) == ("closed", "partial", "Start earlier.")
    assert closed.score == Decimal("0.65")


def test_closing_names_each_missing_score(owner: User) -> None:
    result = a_key_result(an_objective(owner), title="Half the waiting time")

    with pytest.raises(NotReadyToCloseError) as refusal:
        close_objective(result.objective_id, by=Actor(owner), closing=Closing(Outcome.ACHIEVED))

    assert "Half the waiting time" in refusal.value.message


def test_an_abandoned_objective_needs_no_scores(owner: User) -> None:
    result = a_key_result(an_objective(owner))

    closed = close_objective(result.objective_id, by=Actor(owner), closing=Closing(Outcome.ABANDONED))

    assert (closed.outcome, closed.score) == ("abandoned", None)


def test_a_cycle_closes_with_all_its_objectives_or_not_at_all(owner: User) -> None:
    cycle = a_cycle(owner.organization)
    ready = an_objective(owner, cycle=cycle)
    unready = a_key_result(an_objective(owner, cycle=cycle, title="Unready")).objective
    closings = {ready.pk: Closing(Outcome.ACHIEVED)}

    with pytest.raises(NotReadyToCloseError) as refusal:
        close_cycle(cycle.pk, by=Actor(owner), closings=closings)
    ready.refresh_from_db()
    assert ready.status == "active"
    assert refusal.value.unmet == ("The objective “Unready” needs an outcome.",)

    closings[unready.pk] = Closing(Outcome.MISSED, key_results={unready.key_results.get().pk: POOR})
    closed = close_cycle(cycle.pk, by=Actor(owner), learnings="Fewer goals.", closings=closings)

    unready.refresh_from_db()
    assert (closed.status, closed.learnings) == ("closed", "Fewer goals.")
    assert (unready.status, unready.score) == ("closed", Decimal("0.20"))


def test_a_cycle_with_others_objectives_is_closed_by_staff_alone(owner: User) -> None:
    cycle = a_cycle(owner.organization)
    objective = an_objective(a_user(organization=owner.organization), cycle=cycle)
    staff = a_user(organization=owner.organization, is_staff=True)
    closings = {objective.pk: Closing(Outcome.ABANDONED)}

    with pytest.raises(NotYoursError):
        close_cycle(cycle.pk, by=Actor(owner), closings=closings)

    assert close_cycle(cycle.pk, by=Actor(staff), closings=closings).status == "closed"


def test_an_archived_cycle_keeps_its_objectives_and_can_be_reopened(owner: User) -> None:
    cycle = create_cycle(
        by=Actor(owner), fields={"name": "Q1", "starts_on": date(2026, 1, 1), "ends_on": date(2026, 3, 31)}
    )
    objective = an_objective(owner, cycle=cycle)

    archive_cycle(cycle.pk, by=Actor(owner))
    with pytest.raises(EndedError):
        change_cycle(cycle.pk, by=Actor(owner), fields={"name": "Q2"})
    reopened = change_cycle(cycle.pk, by=Actor(owner), fields={"status": "planning"})

    objective.refresh_from_db()
    assert objective.cycle == cycle
    assert (reopened.status, reopened.archived_at) == ("planning", None)


def next_cycle(cycle: Cycle) -> Cycle:
    """Create the quarter after the first."""
    return a_cycle(
        cycle.organization, starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30), status="planning"
    )


def test_carrying_over_starts_from_the_last_value(owner: User) -> None:
    cycle = a_cycle(owner.organization)
    goal = next_cycle(cycle)
    original = an_objective(owner, cycle=cycle)
    moved = a_key_result(original, title="Moved", position=0)
    met = a_key_result(original, title="Met", position=1)
    unseen = a_key_result(original, title="Unseen", position=2)
    a_check_in(moved, "40")
    a_check_in(met, "120")

    [copy] = carry_over(cycle.pk, by=Actor(owner))

    results = list(copy.key_results.order_by("position"))
    assert (copy.cycle, copy.carried_from, copy.status) == (goal, original, "draft")
    assert [(one.title, one.baseline, one.target) for one in results] == [
        ("Moved", Decimal(40), Decimal(100)),
        ("Met", Decimal(120), None),
        ("Unseen", Decimal(0), Decimal(100)),
    ]
    assert [one.carried_from for one in results] == [moved, met, unseen]
    assert {one.current_value for one in results} == {None}


def test_carrying_over_twice_gives_the_same_copies(owner: User) -> None:
    cycle = a_cycle(owner.organization)
    next_cycle(cycle)
    a_key_result(an_objective(owner, cycle=cycle))

    first = carry_over(cycle.pk, by=Actor(owner))
    second = carry_over(cycle.pk, by=Actor(owner))

    assert [one.pk for one in first] == [one.pk for one in second]
    assert KeyResult.objects.count() == 2


def test_carrying_over_leaves_out_what_is_done_with(owner: User) -> None:
    cycle = a_cycle(owner.organization)
    next_cycle(cycle)
    close_objective(an_objective(owner, cycle=cycle).pk, by=Actor(owner), closing=Closing(Outcome.ACHIEVED))
    archive_objective(an_objective(owner, cycle=cycle).pk, by=Actor(owner))

    assert carry_over(cycle.pk, by=Actor(owner)) == []


def test_carrying_over_keeps_the_alignment(owner: User) -> None:
    cycle = a_cycle(owner.organization)
    next_cycle(cycle)
    outside = an_objective(owner)
    top = an_objective(owner, cycle=cycle, parent_objective=outside)
    result = a_key_result(top)
    an_objective(owner, cycle=cycle, parent_key_result=result)

    upper, lower = carry_over(cycle.pk, by=Actor(owner))

    assert upper.parent_objective == outside
    lower.refresh_from_db()
    assert lower.parent_key_result == upper.key_results.get()


def test_carrying_over_needs_a_next_cycle(owner: User) -> None:
    cycle = a_cycle(owner.organization)

    with pytest.raises(NoNextCycleError):
        carry_over(cycle.pk, by=Actor(owner))


def completed(owner: User, *texts: str, **fields: Any) -> Objective:
    """Complete a session with these key results."""
    wanted: dict[str, Any] = {
        "organization": owner.organization,
        "owner": owner,
        "objective_text": "Customers stay — because they “love” us ",
        "key_results": [KeyResultInput(text) for text in texts],
        "context": {"industry": "retail"},
        "session_id": uuid4(),
        "job_id": uuid4(),
    }
    return create_from_draft(**(wanted | fields))


def test_a_completed_session_becomes_real_objects_to_the_letter(owner: User) -> None:
    cycle = a_cycle(owner.organization)
    job = uuid4()
    result = KeyResultInput(
        "Churn  falls from 4.2 % to 2 %", direction="increase", baseline=4.2, target=2, unit="%"
    )

    objective = completed(owner, key_results=[result], job_id=job)

    objective.refresh_from_db()
    stored = objective.key_results.get()
    assert objective.title == "Customers stay — because they “love” us "
    assert (objective.status, objective.cycle, objective.context) == ("active", cycle, {"industry": "retail"})
    assert stored.title == "Churn  falls from 4.2 % to 2 %"
    assert (stored.direction, stored.baseline, stored.target) == ("decrease", Decimal("4.2"), Decimal(2))
    event = KeyResultEvent.objects.get(pgh_obj=stored)
    assert event.pgh_context.metadata == {"user": str(owner.pk), "source": "coach", "job": str(job)}


def test_the_coachs_hand_is_forgotten_after_its_part_of_a_transaction(owner: User) -> None:
    with transaction.atomic():
        objective = completed(owner)
        Objective.objects.filter(pk=objective.pk).update(description="By hand, in the same transaction.")

    assert ObjectiveEvent.objects.filter(pgh_obj=objective).latest("pgh_id").pgh_context is None


def test_the_same_session_gives_the_same_objective(owner: User) -> None:
    session = uuid4()

    first = completed(owner, "A rises from 1 to 2", "B falls from 2 to 1", session_id=session)
    kept = first.key_results.get(title="A rises from 1 to 2")
    second = completed(owner, "C rises from 1 to 2", "A rises from 1 to 2", session_id=session)

    assert first.pk == second.pk
    alive = second.key_results.filter(archived_at=None).order_by("position")
    assert [one.title for one in alive] == ["C rises from 1 to 2", "A rises from 1 to 2"]
    assert kept in alive


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 1e300])
def test_a_number_no_column_holds_stays_in_the_text(owner: User, number: float) -> None:
    objective = completed(owner, key_results=[KeyResultInput("Reach it", target=number, baseline=1)])

    assert objective.key_results.get().target is None


def test_without_a_cycle_a_completed_session_has_none(owner: User) -> None:
    a_cycle(owner.organization, status="archived", archived_at="2026-01-01T00:00Z")

    assert completed(owner).cycle is None


def test_a_failed_listener_takes_the_objects_with_it(owner: User) -> None:
    def fail(**facts: Any) -> None:
        raise RuntimeError("no")

    okr_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            completed(owner, "A rises from 1 to 2")
    finally:
        okr_changed.disconnect(fail)

    assert not Objective.objects.exists()
