"""Jobs from outside: look, cancel, retry."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from conversations.models import Job
from conversations.values import JobStatus, Phase, Priority
from conversations.waiting import STILL_OPEN_HEADER
from knowledge.models import User
from tests.builders import a_job, a_message, a_reply, a_session

pytestmark = pytest.mark.django_db


def address_of(job: Job) -> str:
    return f"/api/v1/jobs/{job.pk}/"


def test_an_answered_job_shows_everything(api: APIClient, user: User) -> None:
    message = a_message(a_session(user), content="Hello")
    reply = a_reply(message, content="Good day", model="claude-haiku-5-5", stop_reason="end_turn")
    job = a_job(
        message=message,
        status=JobStatus.SUCCEEDED,
        reply=reply,
        cache={"status": "hit", "reason": "fresh", "age_seconds": 3.5},
        input_tokens=10,
        output_tokens=20,
        cost_usd=Decimal("0.001500"),
        timings={
            "queued": 3.2,
            "first_token": 400.0,
            "conversation_processing_total": 900.0,
            "steps": {"step_1_load_session": 1.5},
        },
        assessment={"score": 70},
        suggestions=[{"text": "Measure churn"}],
        phase=Phase.REFINEMENT,
    )

    body = api.get(address_of(job)).json()

    assert body["reply"] == {
        "id": str(reply.pk),
        "role": "assistant",
        "content": "Good day",
        "model": "claude-haiku-5-5",
        "stop_reason": "end_turn",
    }
    assert body["queue"] is None
    assert body["cache"] == {"status": "hit", "reason": "fresh", "age_seconds": 3.5}
    assert body["usage"] == {
        "input_tokens": 10,
        "output_tokens": 20,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cost_usd": 0.0015,
    }
    assert body["timings_ms"]["steps"] == {"step_1_load_session": 1.5}
    assert body["timings_ms"]["first_token"] == 400.0
    assert (body["assessment"], body["suggestions"]) == ({"score": 70}, [{"text": "Measure churn"}])
    assert (body["phase"], body["error"], body["attempt"]) == ("refinement", None, 1)


def test_a_failed_job_says_why(api: APIClient, user: User) -> None:
    job = a_job(a_session(user), status=JobStatus.FAILED, error_code="overloaded", error_retryable=True)

    error = api.get(address_of(job)).json()["error"]

    assert (error["code"], error["retryable"]) == ("overloaded", True)
    assert error["message"]


def test_a_job_between_two_attempts_has_not_failed(api: APIClient, user: User) -> None:
    job = a_job(a_session(user), error_code="overloaded")

    assert api.get(address_of(job)).json()["error"] is None


def test_a_waiting_job_knows_its_place_among_its_own_kind(api: APIClient, user: User) -> None:
    earlier = timezone.now() - timedelta(minutes=1)
    a_job(a_session(user), created_at=earlier)
    a_job(a_session(user), created_at=earlier, priority=Priority.BULK)
    a_job(a_session(user), created_at=earlier, status=JobStatus.RUNNING)
    a_job(created_at=earlier)
    job = a_job(a_session(user))
    a_job(a_session(user))

    assert api.get(address_of(job)).json()["queue"] == {"position": 1, "eta_ms": None}


def test_the_estimate_follows_recent_answers_and_the_jobs_ahead(
    api: APIClient, user: User, settings: Settings
) -> None:
    settings.WORKER_THREADS = 1
    now = timezone.now()
    a_job(status=JobStatus.SUCCEEDED, started_at=now - timedelta(seconds=4), finished_at=now)
    a_job(status=JobStatus.RUNNING)
    a_job(a_session(user), created_at=now - timedelta(minutes=1))
    job = a_job(a_session(user))

    assert api.get(address_of(job)).json()["queue"] == {"position": 1, "eta_ms": 12_000}


def test_a_job_that_waits_for_its_hour_is_not_promised_earlier(api: APIClient, user: User) -> None:
    now = timezone.now()
    a_job(status=JobStatus.SUCCEEDED, started_at=now - timedelta(seconds=4), finished_at=now)
    job = a_job(a_session(user), available_at=now + timedelta(minutes=5))

    assert 290_000 < api.get(address_of(job)).json()["queue"]["eta_ms"] < 305_000


def test_a_job_takes_two_queries_once_it_runs(
    api: APIClient, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    job = a_job(a_session(user), status=JobStatus.RUNNING)

    with django_assert_num_queries(2):
        api.get(address_of(job))


@pytest.mark.parametrize("wait", ["-1", "soon", "nan", "inf", "", "٣"])
def test_a_wrong_waiting_time_is_refused(api: APIClient, user: User, wait: str) -> None:
    response = api.get(address_of(a_job(a_session(user))), {"wait": wait})

    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "query:wait"


def test_whoever_holds_a_poll_learns_by_head_whether_it_has_to_wait(api: APIClient, user: User) -> None:
    waiting, over = a_job(a_session(user)), a_job(a_session(user), status=JobStatus.SUCCEEDED)

    assert STILL_OPEN_HEADER in api.head(address_of(waiting), {"wait": "300"})
    assert STILL_OPEN_HEADER not in api.head(address_of(waiting), {"wait": "0"})
    assert STILL_OPEN_HEADER not in api.head(address_of(over), {"wait": "1"})
    assert STILL_OPEN_HEADER not in api.get(address_of(waiting), {"wait": "1"})
    assert api.head(address_of(a_job()), {"wait": "1"}).status_code == 404


def test_a_waiting_job_can_be_cancelled_once_and_again(api: APIClient, user: User) -> None:
    job = a_job(a_session(user))

    first, again = api.post(f"{address_of(job)}cancel/"), api.post(f"{address_of(job)}cancel/")

    assert (first.status_code, first.json()["status"]) == (200, "cancelled")
    assert (again.status_code, again.json()["status"]) == (200, "cancelled")


@pytest.mark.parametrize("status", [JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.SUPERSEDED])
def test_an_ended_job_cannot_be_cancelled(api: APIClient, user: User, status: JobStatus) -> None:
    job = a_job(a_session(user), status=status)

    response = api.post(f"{address_of(job)}cancel/")

    job.refresh_from_db()
    assert (response.status_code, response.json()["code"]) == (409, "job_finished")
    assert job.status == status


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED])
def test_a_failed_or_cancelled_job_can_be_retried(api: APIClient, user: User, status: JobStatus) -> None:
    job = a_job(a_session(user), status=status)

    response = api.post(f"{address_of(job)}retry/")

    assert (response.status_code, response.json()["status"]) == (200, "queued")


@pytest.mark.parametrize("status", [JobStatus.SUCCEEDED, JobStatus.QUEUED, JobStatus.RUNNING])
def test_no_other_job_can_be_retried(api: APIClient, user: User, status: JobStatus) -> None:
    job = a_job(a_session(user), status=status)

    response = api.post(f"{address_of(job)}retry/")

    assert (response.status_code, response.json()["code"]) == (409, "job_not_retryable")


@pytest.mark.parametrize(
    ("cache", "header"),
    [
        ({"status": "hit", "age_seconds": 3.5, "ttl_seconds": 1796.5}, "okr-coach; hit; ttl=1796"),
        ({"status": "miss"}, "okr-coach; fwd=miss"),
        ({"status": "bypass"}, "okr-coach; fwd=bypass"),
        ({"status": "coalesced"}, "okr-coach; fwd=miss; collapsed"),
        ({}, None),
    ],
)
def test_the_answer_says_how_the_cache_took_part(
    api: APIClient, user: User, cache: dict[str, object], header: str | None
) -> None:
    job = a_job(a_session(user), status=JobStatus.SUCCEEDED, cache=cache)

    assert api.get(address_of(job)).headers.get("Cache-Status") == header
