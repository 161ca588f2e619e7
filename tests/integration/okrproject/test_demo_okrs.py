"""The demonstration opens on OKRs worth looking at, made once and then left to its people."""

from datetime import timedelta

import pytest
from django.utils import timezone

from knowledge.choices import Direction
from knowledge.models import CheckIn, Cycle, Initiative, KeyResult, Objective, Organization, Team, User
from knowledge.selectors import progress_of_objective, stale
from okrproject.demo.okrs import make_demo_okrs
from tests.builders import an_organization
from tests.okr_builders import a_cycle

pytestmark = pytest.mark.django_db
_TABLES = (User, Team, Cycle, Objective, KeyResult, CheckIn, Initiative)


@pytest.fixture
def company() -> Organization:
    """An organization with the sample OKRs."""
    organization = an_organization()
    make_demo_okrs(organization)
    return organization


def rows() -> list[list[object]]:
    return [list[object](table.objects.order_by("pk").values()) for table in _TABLES]


def test_a_second_start_makes_nothing_twice_and_undoes_no_edit(company: Organization) -> None:
    Objective.objects.filter(title__startswith="Become the").update(title="Stay small")
    Cycle.objects.filter(status="planning").update(name="Spring")
    before = rows()

    make_demo_okrs(company)

    assert rows() == before


def test_an_organization_with_a_cycle_of_its_own_is_left_alone() -> None:
    organization = a_cycle().organization
    before = rows()

    make_demo_okrs(organization)

    assert rows() == before


def test_there_are_past_and_present_good_and_poor_fresh_and_stale_ones(company: Organization) -> None:
    today = timezone.localdate()
    past, running, coming = Cycle.objects.order_by("starts_on")
    active = running.objectives.all()
    results = KeyResult.objects.filter(objective__in=active)

    assert [one.status for one in (past, running, coming)] == ["closed", "active", "planning"]
    assert past.ends_on + timedelta(days=1) == running.starts_on <= today <= running.ends_on
    assert past.learnings
    assert {one.outcome for one in past.objectives.all()} == {"achieved", "partial", "missed"}
    assert all(one.score is not None and one.learnings for one in past.objectives.all())
    assert active.filter(carried_from__cycle=past).count() == 1
    assert active.filter(parent_objective__isnull=False).exists()
    assert active.filter(parent_key_result__isnull=False).exists()
    assert active.filter(quality__gte=80).count() >= 4
    assert active.filter(quality__gte=50, quality__lt=75).exists()
    assert active.filter(quality__lt=50).exists()
    assert 0 < stale(active).count() < active.count()
    assert None in [progress_of_objective(list(one.key_results.all())) for one in active]
    assert {one.direction for one in results} == set(Direction)
    assert len({one.unit for one in results}) >= 6
    assert not CheckIn.objects.filter(checked_in_at__gt=timezone.now()).exists()
