"""The reaper puts right what dead processes left behind."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.utils import timezone

from conversations import reaper
from conversations.models import Job
from conversations.reaper import Sweep, reap
from conversations.values import JobStatus
from tests.builders import a_job, a_session

pytestmark = pytest.mark.django_db
NOTHING = Sweep(0, 0, 0, 0)


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The hints the broker was given."""
    hints: list[UUID] = []

    def take(job_id: UUID, *, queue: str, delay: timedelta = timedelta(0)) -> bool:
        hints.append(job_id)
        return True

    monkeypatch.setattr(reaper, "send_job", take)
    monkeypatch.setattr(reaper, "hints_waiting", lambda queue: 0)
    return hints


def abandoned(**fields: Any) -> Job:
    return a_job(status=JobStatus.RUNNING, **{"lease_until": timezone.now() - timedelta(seconds=1)} | fields)


def test_a_job_whose_worker_died_is_queued_again(sent: list[UUID]) -> None:
    job = abandoned()

    sweep = reap()

    job.refresh_from_db()
    assert (job.status, job.lease_epoch, job.attempt) == (JobStatus.QUEUED, 1, 1)
    assert sent == [job.pk]
    assert sweep == Sweep(taken_back=1, failed=0, expired=0, sent=1)


def test_a_job_that_is_held_is_left_alone() -> None:
    a_job(status=JobStatus.RUNNING)

    assert reap() == NOTHING


def test_a_job_that_kills_every_worker_fails_with_a_code() -> None:
    job = abandoned(attempt=settings.JOB_MAX_ATTEMPTS, lease_epoch=settings.JOB_MAX_ATTEMPTS)

    reap()

    job.refresh_from_db()
    assert (job.status, job.error_code) == (JobStatus.FAILED, "attempts_exhausted")


def test_a_cancelled_job_of_a_dead_worker_ends_cancelled() -> None:
    job = abandoned(cancel_requested_at=timezone.now())

    reap()

    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED


def test_a_job_nobody_took_in_time_fails_as_expired() -> None:
    job = a_job(expires_at=timezone.now() - timedelta(seconds=1))

    reap()

    job.refresh_from_db()
    assert (job.status, job.error_code, job.error_retryable) == (JobStatus.FAILED, "expired", True)


def test_a_hint_that_was_lost_is_sent_again(sent: list[UUID]) -> None:
    job = a_job(sent_at=timezone.now() - settings.JOB_RESEND_AFTER * 2)

    reap()

    assert sent == [job.pk]


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 0), (2, 0), (3, 2), (4, 4), (5, 8), (9, 8)])
def test_what_its_workers_die_of_waits_longer_each_time(
    sent: list[UUID], monkeypatch: pytest.MonkeyPatch, attempt: int, seconds: int
) -> None:
    monkeypatch.setattr(settings, "JOB_MAX_ATTEMPTS", 10)
    job = abandoned(attempt=attempt, lease_epoch=attempt)
    before = timezone.now()

    reap()

    wait = timedelta(seconds=seconds)
    job.refresh_from_db()
    assert before + wait <= job.available_at <= timezone.now() + wait
    assert sent == ([] if seconds else [job.pk])


def test_a_hint_that_is_on_its_way_is_not_repeated(sent: list[UUID]) -> None:
    a_job(sent_at=timezone.now())

    assert reap() == NOTHING
    assert sent == []


def test_each_repetition_waits_twice_as_long(sent: list[UUID]) -> None:
    age = settings.JOB_RESEND_AFTER * 3
    a_job(sent_at=timezone.now() - age, sent_count=1)
    waits = a_job(sent_at=timezone.now() - age, sent_count=2)

    reap()

    assert len(sent) == 1
    assert waits.pk not in sent


def test_the_wait_does_not_grow_for_ever(sent: list[UUID]) -> None:
    often = a_job(sent_at=timezone.now() - settings.JOB_RESEND_AFTER * 9, sent_count=20)

    reap()

    assert sent == [often.pk]


def test_only_the_first_open_job_of_a_session_is_sent(sent: list[UUID]) -> None:
    session = a_session()
    first = a_job(session)
    a_job(session)

    reap()

    assert sent == [first.pk]


def test_a_job_that_waits_for_its_time_is_not_sent(sent: list[UUID]) -> None:
    a_job(available_at=timezone.now() + timedelta(minutes=1))

    reap()

    assert sent == []


def test_a_second_run_finds_nothing_to_do(sent: list[UUID]) -> None:
    abandoned()
    reap()

    assert reap() == NOTHING


def test_a_backlog_is_not_taken_for_a_loss(sent: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago = timezone.now() - settings.JOB_RESEND_AFTER * 2
    for _ in range(3):
        a_job(sent_at=long_ago)
    monkeypatch.setattr(reaper, "hints_waiting", lambda _: 3)

    assert reap() == NOTHING
    assert sent == []


def test_a_queue_that_lacks_a_hint_is_filled(sent: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago = timezone.now() - settings.JOB_RESEND_AFTER * 2
    jobs = {a_job(sent_at=long_ago).pk for _ in range(3)}
    monkeypatch.setattr(reaper, "hints_waiting", lambda _: 2)

    reap()

    assert set(sent) == jobs


def test_a_job_that_was_taken_back_is_sent_into_a_full_queue(
    sent: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = abandoned()
    monkeypatch.setattr(reaper, "hints_waiting", lambda _: 1000)

    reap()

    assert sent == [job.pk]
