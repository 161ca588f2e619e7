"""What is refused for being too much, and what a message's own lifetime does."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from conversations.forecast import FORECAST
from conversations.models import Job, Message, Session
from conversations.values import JobStatus
from knowledge.models import User
from tests.builders import a_job, a_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(user: User) -> Session:
    return a_session(user)


@pytest.fixture
def address(session: Session) -> str:
    return f"/api/v1/sessions/{session.pk}/messages/"


@pytest.fixture
def crowded(user: User, settings: Settings) -> None:
    """Answers take 10 s, one at a time, and four of the user's organization wait."""
    settings.WORKER_THREADS = 1
    now = timezone.now()
    a_job(status=JobStatus.SUCCEEDED, started_at=now - timedelta(seconds=10), finished_at=now)
    a_job(status=JobStatus.RUNNING)
    for _ in range(4):
        a_job(a_session(user))


def limit(settings: Settings, **seconds: float) -> None:
    waits = {name: timedelta(seconds=most) for name, most in seconds.items()}
    settings.ADMISSION_MAX_WAIT = settings.ADMISSION_MAX_WAIT | waits


@pytest.mark.usefixtures("crowded")
def test_a_message_that_would_wait_too_long_is_refused_with_the_time_to_come_back(
    api: APIClient, address: str, settings: Settings
) -> None:
    limit(settings, interactive=30)

    response = api.post(address, {"content": "Hello"}, format="json")

    assert (response.status_code, response.json()["code"]) == (429, "too_busy")
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "20"
    assert not Message.objects.filter(content="Hello").exists()


@pytest.mark.usefixtures("crowded")
def test_each_priority_has_a_patience_of_its_own(api: APIClient, address: str, settings: Settings) -> None:
    limit(settings, interactive=30, bulk=60)

    assert api.post(address, {"content": "Hello", "priority": "bulk"}, format="json").status_code == 202
    assert api.post(address, {"content": "Hello"}, format="json").status_code == 429


@pytest.mark.usefixtures("crowded")
def test_what_was_accepted_is_repeated_however_much_waits(
    api: APIClient, address: str, settings: Settings
) -> None:
    first = api.post(address, {"content": "Hello"}, format="json", HTTP_IDEMPOTENCY_KEY="k")
    limit(settings, interactive=1)
    FORECAST.forget()

    again = api.post(address, {"content": "Hello"}, format="json", HTTP_IDEMPOTENCY_KEY="k")

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]


@pytest.mark.usefixtures("crowded")
def test_a_message_that_would_expire_before_its_answer_is_refused(api: APIClient, address: str) -> None:
    soon = (timezone.now() + timedelta(seconds=40)).isoformat()

    response = api.post(address, {"content": "Hello", "expires_at": soon}, format="json")

    assert (response.status_code, response.json()["code"]) == (429, "too_busy")


def test_a_messages_lifetime_is_the_jobs(api: APIClient, address: str) -> None:
    soon = timezone.now() + timedelta(seconds=90)

    response = api.post(address, {"content": "Hello", "expires_at": soon.isoformat()}, format="json")

    assert response.status_code == 202
    assert Job.objects.get().expires_at == soon
    assert response.json()["expires_at"] == soon.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    "moment",
    [
        "2020-01-01T00:00:00Z",
        "2999-01-01T00:00:00Z",
        "2026-11-27T12:00:00",
        "soon",
        17,
        None,
        "2026-13-45T99:00:00Z",
    ],
)
def test_a_lifetime_that_makes_no_sense_is_refused(api: APIClient, address: str, moment: object) -> None:
    response = api.post(address, {"content": "Hello", "expires_at": moment}, format="json")

    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/expires_at"


def test_another_lifetime_is_another_request(api: APIClient, address: str) -> None:
    bodies = [
        {"content": "Hello", "expires_at": (timezone.now() + timedelta(seconds=seconds)).isoformat()}
        for seconds in (60, 70)
    ]

    answers = [api.post(address, body, format="json", HTTP_IDEMPOTENCY_KEY="k") for body in bodies]

    assert [one.status_code for one in answers] == [202, 409]
