"""Staff see and change their organization's OKRs in the admin, through the services."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from knowledge.models import (  # type: ignore[attr-defined]  # pghistory makes the event models.
    Cycle,
    KeyResult,
    Objective,
    ObjectiveEvent,
    User,
)
from tests.builders import a_user
from tests.okr_builders import a_check_in, a_cycle, a_key_result, a_team, an_objective

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    """A superuser."""
    return a_user(is_staff=True, is_superuser=True)


@pytest.fixture
def page(boss: User, client: Client) -> Client:
    """A browser where the superuser is logged in."""
    client.force_login(boss)
    return client


def url(model: str, view: str, *args: object) -> str:
    """Give an admin page's address."""
    return reverse(f"admin:knowledge_{model}_{view}", args=args)


@pytest.mark.parametrize(
    "model",
    ["organization", "user", "team", "cycle", "objective", "keyresult", "checkin", "initiative"],
)
def test_every_list_is_shown(page: Client, boss: User, model: str) -> None:
    cycle = a_cycle(boss.organization)
    a_check_in(a_key_result(an_objective(boss, cycle=cycle, team=a_team(boss.organization))))

    assert page.get(url(model, "changelist")).status_code == 200
    assert page.get(url(model, "changelist"), {"q": "a"}).status_code == 200


@pytest.mark.parametrize("model", ["organization", "user", "team", "cycle", "objective"])
def test_every_form_is_shown(page: Client, model: str) -> None:
    assert page.get(url(model, "add")).status_code == 200


def test_an_objectives_page_shows_progress_findings_and_history(page: Client, boss: User) -> None:
    objective = an_objective(boss, title="Launch the new portal")
    a_check_in(a_key_result(objective, title="Hold ten meetings"), "62")

    content = page.get(url("objective", "change", objective.pk)).content.decode()

    assert 'aria-valuenow="62"' in content
    assert "activity focused" in content
    assert "by the system" in content


def test_a_key_results_newest_check_in_is_told_with_its_unit(page: Client, boss: User) -> None:
    result = a_key_result(an_objective(boss), unit="days")
    a_check_in(result, "6.50", confidence=7)

    shown = page.get(url("objective", "change", result.objective_id)).content.decode()
    listed = page.get(url("checkin", "changelist")).content.decode()

    assert "6.5 days on " in shown
    assert "confidence 7 of 10" in shown
    assert "6.5 days" in listed


def test_a_closed_cycle_shows_how_its_objectives_ended_and_changes_in_its_learnings_alone(
    page: Client, boss: User
) -> None:
    cycle = a_cycle(boss.organization, status="closed", closed_at=timezone.now())
    an_objective(boss, title="Customers stay", cycle=cycle, score="0.33", score_reason="A third.")

    shown = page.get(url("cycle", "change", cycle.pk)).content.decode()
    page.post(url("cycle", "change", cycle.pk), {"name": "Else", "learnings": "Start earlier."})

    cycle.refresh_from_db()
    assert "Customers stay" in shown
    assert "0.33" in shown
    assert (cycle.learnings, cycle.name == "Else") == ("Start earlier.", False)


@pytest.mark.parametrize(
    "filters",
    [
        {"stale": "yes"},
        {"stale": "no"},
        {"quality": "excellent"},
        {"quality": "poor"},
        {"quality": "none"},
        {"status__exact": "active"},
    ],
)
def test_objectives_are_filtered(page: Client, boss: User, filters: dict[str, str]) -> None:
    an_objective(boss, quality=50)

    assert page.get(url("objective", "changelist"), filters).status_code == 200


def form_of(**fields: Any) -> dict[str, Any]:
    """Give a form's data without key results."""
    return {
        "description": "",
        "commitment": "committed",
        "status": "draft",
        "context": "{}",
        "external_id": "",
        "key_results-TOTAL_FORMS": "0",
        "key_results-INITIAL_FORMS": "0",
    } | fields


def test_an_objective_is_made_with_its_key_results(page: Client, boss: User) -> None:
    data = form_of(title="Customers stay", owner=str(boss.pk)) | {
        "key_results-TOTAL_FORMS": "1",
        "key_results-0-title": "Churn falls from 8 % to 4 %",
        "key_results-0-kind": "metric",
        "key_results-0-direction": "decrease",
        "key_results-0-baseline": "8",
        "key_results-0-target": "4",
        "key_results-0-weight": "1",
    }

    answer = page.post(url("objective", "add"), data)

    assert answer.status_code == 302, answer.content.decode()[:5000]
    objective = Objective.objects.get()
    assert objective.key_results.get().target == 4
    assert objective.quality is not None
    event = ObjectiveEvent.objects.first()
    assert event.pgh_context.metadata == {"user": str(boss.pk), "source": "person"}


def test_an_objective_is_changed(page: Client, boss: User) -> None:
    objective = an_objective(boss)
    result = a_key_result(objective)
    data = form_of(title="Better", owner=str(boss.pk), status="active") | {
        "key_results-TOTAL_FORMS": "1",
        "key_results-INITIAL_FORMS": "1",
        "key_results-0-id": str(result.pk),
        "key_results-0-objective": str(objective.pk),
        "key_results-0-title": "Sharper",
        "key_results-0-kind": "metric",
        "key_results-0-direction": "increase",
        "key_results-0-baseline": "0",
        "key_results-0-target": "100",
        "key_results-0-weight": "2",
    }

    answer = page.post(url("objective", "change", objective.pk), data)

    assert answer.status_code == 302, answer.content.decode()[:5000]
    result.refresh_from_db()
    assert (Objective.objects.get().title, result.title) == ("Better", "Sharper")
    assert result.weight == 2


def test_a_refusal_is_said_on_the_page(page: Client, boss: User) -> None:
    top = an_objective(boss)
    below = an_objective(boss, parent_objective=top)
    data = form_of(title=top.title, owner=str(boss.pk), status="active", parent_objective=str(below.pk))

    answer = page.post(url("objective", "change", top.pk), data, follow=True)

    assert "cannot be its own ancestor" in answer.content.decode()
    top.refresh_from_db()
    assert top.parent_objective is None


def act(page: Client, model: str, action: str, *rows: Any) -> Any:
    """Run a bulk action."""
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return page.post(url(model, "changelist"), data, follow=True)


def test_objectives_are_archived_together(page: Client, boss: User) -> None:
    one, two = an_objective(boss), an_objective(boss)

    act(page, "objective", "archive", one, two)

    assert set(Objective.objects.values_list("status", flat=True)) == {"archived"}


def test_objectives_are_carried_over_together(page: Client, boss: User) -> None:
    cycle = a_cycle(boss.organization)
    a_cycle(boss.organization, starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30))
    one, _ = an_objective(boss, cycle=cycle), an_objective(boss, cycle=cycle)

    act(page, "objective", "carry_over", one)
    act(page, "cycle", "carry_over", cycle)

    assert Objective.objects.filter(carried_from__isnull=False).count() == 2


def test_a_carry_over_without_a_next_cycle_is_explained(page: Client, boss: User) -> None:
    one = an_objective(boss, cycle=a_cycle(boss.organization))

    assert "no open cycle" in act(page, "objective", "carry_over", one).content.decode()


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "md", "pdf"])
def test_objectives_are_exported_together(page: Client, boss: User, form: str) -> None:
    one = an_objective(boss)

    answer = act(page, "objective", f"export_{form}", one)

    assert answer["Content-Disposition"] == f'attachment; filename="okrs.{form}"'


def test_a_cycle_is_made_changed_and_archived(page: Client) -> None:
    data = {"name": "Q1", "status": "planning", "starts_on": "2026-01-01", "ends_on": "2026-03-31"}
    page.post(url("cycle", "add"), data)
    cycle = Cycle.objects.get()

    page.post(url("cycle", "change", cycle.pk), data | {"name": "First"})
    act(page, "cycle", "archive", cycle)

    cycle.refresh_from_db()
    assert (cycle.name, cycle.status) == ("First", "archived")


def test_check_ins_are_only_looked_at(page: Client, boss: User) -> None:
    written = a_check_in(a_key_result(an_objective(boss)))

    assert page.get(url("checkin", "change", written.pk)).status_code == 200
    assert page.get(url("checkin", "add")).status_code == 403
    assert page.get(url("checkin", "delete", written.pk)).status_code == 403


def test_the_objectives_list_takes_the_same_number_of_queries_however_long(page: Client, boss: User) -> None:
    def shown() -> int:
        cycle, team = a_cycle(boss.organization), a_team(boss.organization)
        a_key_result(an_objective(boss, cycle=cycle, team=team))
        with CaptureQueriesContext(connection) as captured:
            page.get(url("objective", "changelist"))
        return len(captured)

    first = shown()

    assert [shown() for _ in range(3)] == [first] * 3


def test_staff_see_their_own_organization_alone(client: Client) -> None:
    staff = a_user(is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="knowledge"))
    an_objective(staff, title="Ours to see")
    an_objective(title="Not ours to see")
    client.force_login(staff)

    content = client.get(url("objective", "changelist")).content.decode()

    assert "Ours to see" in content
    assert "Not ours to see" not in content
    assert KeyResult.objects.count() == 0
