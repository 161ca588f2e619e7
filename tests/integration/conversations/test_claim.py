"""Claiming: the row decides, whatever the broker delivers."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from conversations.models import Job
from conversations.pipeline.claim import Claim, NotYet, claim_job
from conversations.values import JobStatus
from tests.builders import a_job, a_session

pytestmark = pytest.mark.django_db


def claimed(job: Job) -> Claim:
    claim = claim_job(job.pk, worker="w1")
    assert isinstance(claim, Claim)
    return claim


def test_a_free_job_is_taken_under_a_new_epoch() -> None:
    job = a_job(lease_epoch=6)

    claim = claimed(job)

    job.refresh_from_db()
    assert (job.status, job.worker, job.attempt, job.lease_epoch) == (JobStatus.RUNNING, "w1", 1, 7)
    assert (claim.epoch, claim.attempt, claim.turn) == (7, 1, job.turn)
    assert job.lease_until is not None
    assert job.lease_until > timezone.now()


def test_delivered_twice_it_is_taken_once() -> None:
    job = a_job()
    claimed(job)

    assert claim_job(job.pk, worker="w2") is None


@pytest.mark.parametrize("status", [s for s in JobStatus if s not in {JobStatus.QUEUED, JobStatus.RUNNING}])
def test_an_ended_job_is_left_alone(status: JobStatus) -> None:
    job = a_job(status=status)

    assert claim_job(job.pk, worker="w1") is None


def test_an_unknown_job_is_nothing() -> None:
    assert claim_job(uuid4(), worker="w1") is None


def test_a_later_turn_waits_for_an_earlier_one() -> None:
    session = a_session()
    first, second = a_job(session), a_job(session)

    assert claim_job(second.pk, worker="w1") is None
    claimed(first)
    assert claim_job(second.pk, worker="w1") is None


def test_a_later_turn_follows_once_the_earlier_has_ended() -> None:
    session = a_session()
    a_job(session, status=JobStatus.FAILED)

    claimed(a_job(session))


def test_sessions_do_not_wait_for_each_other() -> None:
    claimed(a_job())
    claimed(a_job())


def test_a_job_whose_time_has_not_come_says_how_long() -> None:
    job = a_job(available_at=timezone.now() + timedelta(seconds=5))

    waiting = claim_job(job.pk, worker="w1")

    assert isinstance(waiting, NotYet)
    assert timedelta(seconds=3) < waiting.wait <= timedelta(seconds=5)


def test_an_expired_job_is_not_begun() -> None:
    job = a_job(expires_at=timezone.now() - timedelta(seconds=1))

    assert claim_job(job.pk, worker="w1") is None


def test_a_job_asked_to_stop_is_not_begun() -> None:
    job = a_job(cancel_requested_at=timezone.now())

    assert claim_job(job.pk, worker="w1") is None
