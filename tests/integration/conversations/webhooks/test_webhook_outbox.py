"""Whoever ends a job, a delivery is written in the transaction that ends it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from conversations.llm.scripted import ScriptedClaude
from conversations.models import Job, WebhookDelivery, WebhookEndpoint
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.reaper import reap
from conversations.services import (
    Submission,
    cancel,
    create_session,
    delete_session,
    retry,
    submit_message,
)
from conversations.services.webhooks import WithSecret, delete_endpoint, update_endpoint
from conversations.values import DoubleText, JobStatus
from knowledge.models import User
from tests.builders import a_job, a_session, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(listening: WithSecret) -> User:
    return a_user(organization=listening.endpoint.organization)


def events() -> list[str]:
    return list(WebhookDelivery.objects.order_by("created_at").values_list("event", flat=True))


def test_a_reply_tells_of_success(
    person: User, ports: Ports, claude: ScriptedClaude, hinted: list[UUID]
) -> None:
    job = a_job(a_session(person))
    claude.will_say("What would change?")

    run_job(job.pk, ports)

    delivery = WebhookDelivery.objects.get()
    assert (delivery.event, delivery.job_id) == ("job.succeeded", job.pk)
    assert delivery.data == {
        "job": str(job.pk),
        "session": str(job.session_id),
        "status": "succeeded",
        "attempt": 1,
        "error": None,
    }
    assert hinted == [delivery.endpoint_id]


def _cancelled(person: User) -> None:
    cancel(a_job(a_session(person)))


def _deleted(person: User) -> None:
    session = a_session(person)
    a_job(session)
    delete_session(session)


def _superseded(person: User) -> None:
    session = create_session(user=person, double_text=DoubleText.SUPERSEDE)
    for content in ("We want growth.", "No, loyalty."):
        submit_message(Submission(user=person, session_id=session.pk, content=content))


def _worker_died(person: User) -> None:
    long_ago = timezone.now() - timedelta(minutes=1)
    a_job(a_session(person), status=JobStatus.RUNNING, attempt=4, lease_epoch=4, lease_until=long_ago)
    reap()


def _expired(person: User) -> None:
    a_job(a_session(person), expires_at=timezone.now() - timedelta(seconds=1))
    reap()


@pytest.mark.parametrize(
    ("end", "event"),
    [
        (_cancelled, "job.cancelled"),
        (_deleted, "job.cancelled"),
        (_superseded, "job.superseded"),
        (_worker_died, "job.failed"),
        (_expired, "job.failed"),
    ],
)
def test_every_other_end_tells_too(person: User, end: Callable[[User], None], event: str) -> None:
    end(person)

    assert events() == [event]


def test_a_failure_names_its_code(person: User) -> None:
    _expired(person)

    assert WebhookDelivery.objects.get().data["error"] == {"code": "expired", "retryable": True}


def test_an_end_that_is_rolled_back_tells_nobody(person: User) -> None:
    job = a_job(a_session(person))

    with transaction.atomic():
        cancel(job)
        transaction.set_rollback(True)

    assert events() == []


def test_each_end_of_a_retried_job_is_told(person: User) -> None:
    job = a_job(a_session(person), status=JobStatus.RUNNING)
    Job.objects.filter(pk=job.pk).update(
        status=JobStatus.FAILED, error_code="overloaded", finished_at=timezone.now(), lease_until=None
    )

    cancel(retry(job))

    assert events() == ["job.failed", "job.cancelled"]


def test_an_endpoint_hears_what_it_asked_for(listening: WithSecret, person: User) -> None:
    update_endpoint(listening.endpoint, events=["job.failed"])

    _cancelled(person)
    _expired(person)

    assert events() == ["job.failed"]


def test_a_disabled_endpoint_hears_nothing(listening: WithSecret, person: User) -> None:
    update_endpoint(listening.endpoint, enabled=False)

    _cancelled(person)

    assert events() == []


def test_another_organization_hears_nothing(listening: WithSecret) -> None:
    cancel(a_job())

    assert events() == []


def test_an_endpoint_that_is_deleted_takes_its_deliveries_along(listening: WithSecret, person: User) -> None:
    _cancelled(person)

    delete_endpoint(listening.endpoint)

    assert not WebhookDelivery.objects.exists()
    assert not WebhookEndpoint.objects.exists()
    _cancelled(person)


def test_an_end_without_listeners_writes_nothing_more() -> None:
    job = a_job()

    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_job_tells%'")
        assert cursor.rowcount == 1
    cancel(job)

    assert not WebhookDelivery.objects.exists()
