"""Money: set aside before a call, settled with the answer, and never adrift of its rows."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings
from rest_framework.test import APIClient

from conversations.budgets import LIMITS, release_expired, reserve, settle, settle_failed
from conversations.errors import (
    BudgetExhaustedError,
    CancelledError,
    ConnectionLostError,
    ConversationError,
    OverloadedError,
)
from conversations.llm.route import Route
from conversations.llm.scripted import ScriptedClaude
from conversations.models import Budget, BudgetDay, BudgetReservation, Job, Session
from conversations.pipeline import run
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.values import JobStatus, Usage
from tests.builders import a_job, a_session, a_user, an_api_key

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No broker, and no limit of another test."""
    monkeypatch.setattr(run, "send_job", lambda *_, **__: True)
    LIMITS.forget()
    yield
    LIMITS.forget()


def with_budget(dollars: str) -> Session:
    session = a_session()
    Budget.objects.create(organization=session.organization, daily_usd=Decimal(dollars))
    LIMITS.forget()
    return session


def spent(session: Session) -> Decimal:
    day = BudgetDay.objects.filter(organization=session.organization, day=datetime.now(UTC).date()).first()
    return day.spent_usd if day else Decimal()


def known(error: ConversationError, dollars: str) -> ConversationError:
    """Give the error of a call of which so much is known to have been spent."""
    error.cost_usd = Decimal(dollars)
    return error


def test_an_answer_costs_what_it_cost(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job(with_budget("5"))
    claude.will_say("Yes.", usage=Usage(input_tokens=9, output_tokens=9, cost_usd=Decimal("0.0125")))

    run_job(job.pk, ports)

    job.refresh_from_db()
    assert job.status == JobStatus.SUCCEEDED
    assert spent(job.session) == Decimal("0.0125")
    assert not BudgetReservation.objects.exists()


def test_a_call_that_could_exceed_the_budget_is_not_made(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job(with_budget("0.001"))

    run_job(job.pk, ports)

    job.refresh_from_db()
    assert (job.status, job.error_code, job.error_retryable) == (JobStatus.FAILED, "budget_exhausted", False)
    assert claude.requests == []


def test_a_call_that_failed_gives_its_money_back(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job(with_budget("5"))
    claude.will_fail(OverloadedError())

    run_job(job.pk, ports)

    assert not BudgetReservation.objects.exists()
    assert spent(job.session) == 0


@pytest.mark.parametrize("ending", [ConnectionLostError, CancelledError])
def test_a_call_that_was_cut_costs_what_is_known_of_it(
    ports: Ports, claude: ScriptedClaude, ending: type[ConversationError]
) -> None:
    job = a_job(with_budget("5"))
    claude.will_say("Half a ", known(ending(), "0.004"))

    run_job(job.pk, ports)

    assert not BudgetReservation.objects.exists()
    assert spent(job.session) == Decimal("0.004")


def test_an_answer_costs_its_failed_attempt_and_the_other_model_as_well(
    ports: Ports, claude: ScriptedClaude
) -> None:
    job = a_job(with_budget("5"))
    claude.will_say("Half a ", known(ConnectionLostError(), "0.004"))
    run_job(job.pk, ports)
    Job.objects.update(available_at=timezone.now())
    claude.will_fail(known(OverloadedError(), "0.001"))
    claude.will_say("Yes.", usage=Usage(cost_usd=Decimal("0.02")))

    run_job(job.pk, replace(ports, route_for=lambda _: Route("two", "one", 500, fallbacks=("other",))))

    job.refresh_from_db()
    assert (job.status, job.cost_usd) == (JobStatus.SUCCEEDED, Decimal("0.02"))
    assert spent(job.session) == Decimal("0.025")


def test_an_answer_that_came_too_late_to_be_written_is_paid_for(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job(with_budget("5"))
    claude.will_say("Yes.", usage=Usage(cost_usd=Decimal("0.02")))

    def overtaken(*_: object) -> None:
        Job.objects.update(lease_epoch=7)

    with patch("conversations.pipeline.call.crash_point", overtaken):
        run_job(job.pk, ports)

    job.refresh_from_db()
    assert job.status == JobStatus.RUNNING
    assert spent(job.session) == Decimal("0.02")


def test_what_an_overtaken_attempt_spent_leaves_the_next_ones_money_aside() -> None:
    session = with_budget("5")
    job = a_job(session)
    reserve(job.organization_id, job.pk, 2, Decimal(1), life=MINUTE)

    settle_failed(job.organization_id, job.pk, 1, Decimal("0.5"))

    assert spent(session) == Decimal("0.5")
    assert BudgetReservation.objects.get().epoch == 2


def test_without_a_budget_nothing_is_written(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job()
    claude.will_say("Yes.", usage=Usage(cost_usd=Decimal(1)))

    run_job(job.pk, ports)

    assert not BudgetDay.objects.exists()


def test_the_setting_is_everybodys_budget(settings: Settings) -> None:
    settings.ORGANIZATION_DAILY_BUDGET_USD = Decimal(1)
    job = a_job()

    with pytest.raises(BudgetExhaustedError):
        reserve(job.organization_id, job.pk, 1, Decimal(2), life=MINUTE)


def test_what_was_spent_before_the_budget_was_made_counts() -> None:
    session = with_budget("1")
    a_job(session, status=JobStatus.SUCCEEDED, cost_usd=Decimal("0.75"))
    job = a_job(session)

    with pytest.raises(BudgetExhaustedError):
        reserve(job.organization_id, job.pk, 1, Decimal("0.5"), life=MINUTE)


def test_an_exhausted_budget_is_told_when_a_message_is_sent() -> None:
    session = with_budget("1")
    BudgetDay.objects.create(
        organization=session.organization, day=datetime.now(UTC).date(), spent_usd=Decimal(1)
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {an_api_key(session.user)}")

    response = client.post(f"/api/v1/sessions/{session.pk}/messages/", {"content": "Hello"}, format="json")

    assert (response.status_code, response.json()["code"]) == (429, "budget_exhausted")
    assert 0 < int(response["Retry-After"]) <= 86_400
    assert not Job.objects.exists()


def test_the_admin_shows_budgets_and_days(client: APIClient) -> None:
    session = with_budget("3")
    BudgetDay.objects.create(organization=session.organization, day=datetime.now(UTC).date())
    client.force_login(a_user(is_staff=True, is_superuser=True))

    assert client.get("/admin/conversations/budget/").status_code == 200
    assert client.get("/admin/conversations/budgetday/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_calls_at_once_only_those_are_made_that_the_budget_bears() -> None:
    session = with_budget("3")
    jobs = [a_job(a_session(session.user)) for _ in range(8)]
    start = threading.Barrier(8)

    def set_aside(job: Job) -> bool:
        start.wait()
        try:
            reserve(job.organization_id, job.pk, 1, Decimal(1), life=MINUTE)
        except BudgetExhaustedError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as workers:
        made = list(workers.map(set_aside, jobs))

    assert sum(made) == 3


_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "settle", "fail", "crash", "expire"]),
        st.integers(0, 4),
        st.integers(1, 40),
    ),
    max_size=30,
)


@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_ACTS)
def test_whatever_dies_between_the_sum_is_that_of_the_calls_that_ended(
    acts: list[tuple[str, int, int]],
) -> None:
    session = with_budget("1")
    jobs = [a_job(a_session(session.user)).pk for _ in range(5)]
    settled, held = Decimal(), dict[UUID, Decimal]()
    for act, place, cents in acts:
        job, amount = jobs[place], Decimal(cents) / 100
        match act:
            case "reserve":
                others = sum((one for key, one in held.items() if key != job), Decimal())
                if _reserved(session, job, amount):
                    held[job] = amount
                    assert settled + others + amount <= 1
                else:
                    assert settled + others + amount > 1
            case "settle" if job in held:
                cost = min(amount, held.pop(job))
                settle(session.organization_id, job, cost)
                settled += cost
            case "fail":
                # What is known of it may be nothing, a part, or all that was set aside.
                known_cost = min(amount, held.pop(job, Decimal())) * place / 4
                settle_failed(session.organization_id, job, 1, known_cost)
                settled += known_cost
            case "expire":
                # Whoever held it died, and the sweep comes by after its time.
                BudgetReservation.objects.filter(job=job).update(expires_at=timezone.now() - MINUTE)
                held.pop(job, None)
                release_expired()
        assert spent(session) == settled
        mine = BudgetReservation.objects.filter(organization=session.organization)
        assert set(mine.values_list("job_id", flat=True)) == set(held)


def _reserved(session: Session, job: UUID, amount: Decimal) -> bool:
    try:
        reserve(session.organization_id, job, 1, amount, life=MINUTE)
    except BudgetExhaustedError:
        return False
    return True
