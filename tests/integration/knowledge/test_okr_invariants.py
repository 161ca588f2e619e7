"""The database itself refuses what must never be, whoever writes."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from knowledge.models import CheckIn, Cycle, KeyResult, Objective
from tests.builders import a_user, an_organization
from tests.okr_builders import a_check_in, a_cycle, a_key_result, a_team, an_objective

pytestmark = pytest.mark.django_db


def refused_by(write: Callable[[], object]) -> str:
    """Name the constraint that refuses a write."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write()
    cause = refusal.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name or ""


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"title": "  "}, "objective_title_not_blank"),
        ({"status": "lost"}, "objective_status_known"),
        ({"outcome": "won", "status": "closed", "closed_at": timezone.now()}, "objective_outcome_known"),
        ({"commitment": "maybe"}, "objective_commitment_known"),
        ({"status": "closed"}, "objective_closed_has_an_outcome"),
        ({"outcome": "achieved"}, "objective_outcome_only_at_the_end"),
        ({"status": "archived"}, "objective_archived_has_a_time"),
        ({"score": Decimal("1.01"), "score_reason": "x"}, "objective_score_in_range_with_reason"),
        ({"score": Decimal("0.5")}, "objective_score_in_range_with_reason"),
        ({"quality": 101}, "objective_quality_in_range"),
        (
            {"starts_on": date(2026, 2, 1), "due_on": date(2026, 1, 1)},
            "objective_due_after_it_starts",
        ),
    ],
)
def test_an_objective_keeps_its_invariants(fields: dict[str, Any], constraint: str) -> None:
    owner = a_user()

    assert refused_by(lambda: an_objective(owner, **fields)) == constraint


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"title": ""}, "key_result_title_not_blank"),
        ({"kind": "guess"}, "key_result_kind_known"),
        ({"direction": "sideways"}, "key_result_direction_known"),
        ({"weight": Decimal(-1)}, "key_result_weight_not_negative"),
        ({"band": Decimal(1)}, "key_result_band_of_a_maintained_value"),
        ({"band": Decimal(-1), "direction": "maintain"}, "key_result_band_of_a_maintained_value"),
        ({"target": Decimal(-1)}, "key_result_target_lies_in_its_direction"),
        ({"direction": "decrease"}, "key_result_target_lies_in_its_direction"),
        ({"score": Decimal("-0.1"), "score_reason": "x"}, "key_result_score_in_range_with_reason"),
        ({"current_value": Decimal(1)}, "key_result_value_has_a_time"),
        ({"confidence": 11}, "key_result_confidence_in_range"),
    ],
)
def test_a_key_result_keeps_its_invariants(fields: dict[str, Any], constraint: str) -> None:
    objective = an_objective()

    assert refused_by(lambda: a_key_result(objective, **fields)) == constraint


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"ends_on": date(2025, 1, 1)}, "cycle_ends_after_it_starts"),
        ({"status": "dreamt"}, "cycle_status_known"),
        ({"status": "closed"}, "cycle_closed_has_a_time"),
        ({"status": "archived"}, "cycle_archived_has_a_time"),
        ({"name": " "}, "cycle_name_not_blank"),
    ],
)
def test_a_cycle_keeps_its_invariants(fields: dict[str, Any], constraint: str) -> None:
    home = an_organization()

    assert refused_by(lambda: a_cycle(home, **fields)) == constraint


def test_a_cycle_name_is_unique_in_its_organization_whatever_the_case() -> None:
    home = an_organization()
    a_cycle(home, name="Q1")
    a_cycle(name="Q1")

    assert refused_by(lambda: a_cycle(home, name="q1")) == "cycle_name_unique_in_organization"


@pytest.mark.parametrize(
    ("field", "constraint"),
    [
        ("cycle", "objective_cycle_same_organization"),
        ("team", "objective_team_same_organization"),
        ("owner", "objective_owner_same_organization"),
        ("parent_objective", "objective_parent_same_organization"),
        ("parent_key_result", "objective_parent_result_same_organization"),
        ("carried_from", "objective_carried_same_organization"),
    ],
)
def test_an_objective_refers_to_nothing_of_another_organization(field: str, constraint: str) -> None:
    strangers: dict[str, Callable[[], object]] = {
        "cycle": a_cycle,
        "team": a_team,
        "owner": a_user,
        "parent_objective": an_objective,
        "parent_key_result": a_key_result,
        "carried_from": an_objective,
    }
    foreign = strangers[field]()
    objective = an_objective()

    assert (
        refused_by(lambda: Objective.objects.filter(pk=objective.pk).update(**{field: foreign})) == constraint
    )


def test_a_key_result_refers_to_nothing_of_another_organization() -> None:
    objective = an_objective()
    stranger = a_user()

    assert (
        refused_by(lambda: a_key_result(objective, organization_id=stranger.organization_id))
        == "key_result_objective_same_organization"
    )
    assert refused_by(lambda: a_key_result(objective, owner=stranger)) == "key_result_owner_same_organization"


def test_a_check_in_refers_to_nothing_of_another_organization() -> None:
    result = a_key_result()
    stranger = a_user()

    assert refused_by(lambda: a_check_in(result, author=stranger)) == "check_in_author_same_organization"


def test_an_objective_never_moves_to_another_organization() -> None:
    objective = an_objective()
    other = an_organization()

    moved = lambda: Objective.objects.filter(pk=objective.pk).update(organization=other)  # noqa: E731
    assert refused_by(moved) == "objective_organization_fixed"


def test_a_key_result_never_moves_to_another_objective() -> None:
    result = a_key_result()
    other = an_objective(result.objective.owner)

    moved = lambda: KeyResult.objects.filter(pk=result.pk).update(objective=other)  # noqa: E731
    assert refused_by(moved) == "key_result_place_fixed"


def test_check_ins_are_never_changed_nor_deleted() -> None:
    written = a_check_in(a_key_result())

    assert refused_by(lambda: CheckIn.objects.update(note="better")) == "check_in_append_only"
    assert refused_by(written.delete) == "check_in_append_only"


def test_the_newest_check_in_is_the_current_value() -> None:
    result = a_key_result()
    now = timezone.now()

    a_check_in(result, "40", checked_in_at=now, confidence=7)
    a_check_in(result, "30", checked_in_at=now - timedelta(days=3), confidence=2)

    result.refresh_from_db()
    assert (result.current_value, result.confidence, result.checked_in_at) == (Decimal(40), 7, now)


def test_an_objective_has_one_parent() -> None:
    parent = an_objective()
    result = a_key_result(parent)

    write = lambda: an_objective(parent.owner, parent_objective=parent, parent_key_result=result)  # noqa: E731
    assert refused_by(write) == "objective_has_one_parent"


def test_an_objective_is_never_its_own_ancestor() -> None:
    top = an_objective()
    middle = an_objective(top.owner, parent_key_result=a_key_result(top))
    bottom = an_objective(top.owner, parent_objective=middle)
    own_result = a_key_result(bottom)

    def aligned(**parent: Any) -> Callable[[], object]:
        return lambda: Objective.objects.filter(pk=top.pk).update(**parent)

    assert refused_by(aligned(parent_objective=top)) == "objective_alignment_acyclic"
    assert refused_by(aligned(parent_objective=bottom)) == "objective_alignment_acyclic"
    assert refused_by(aligned(parent_key_result=own_result)) == "objective_alignment_acyclic"


@pytest.mark.django_db(transaction=True)
def test_two_people_cannot_each_close_one_half_of_a_circle() -> None:
    one = an_objective()
    other = an_objective(one.owner)
    refusals: list[str] = []
    together = threading.Barrier(2)

    def align(child: Objective, parent: Objective) -> None:
        try:
            with transaction.atomic():
                # Both transactions have read the table before either writes.
                assert Objective.objects.count() == 2
                together.wait(10)
                Objective.objects.filter(pk=child.pk).update(parent_objective=parent)
        except IntegrityError as error:
            refusals.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=align, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len(refusals) == 1
    assert Objective.objects.exclude(parent_objective=None).count() == 1


def test_an_objective_with_key_results_cannot_be_deleted_beneath_them() -> None:
    cycle = a_cycle()
    objective = an_objective(a_user(organization=cycle.organization), cycle=cycle)
    a_key_result(objective)

    with pytest.raises(IntegrityError), transaction.atomic():
        objective.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Cycle.objects.get(pk=cycle.pk).delete()
