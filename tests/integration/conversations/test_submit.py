"""Accepting messages: one transaction, one job, four policies."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations.errors import IdempotencyKeyReusedError, SessionBusyError
from conversations.models import IdempotencyRecord, Job, Message, Session
from conversations.services import Submission, submit_message
from conversations.services.submit import MAX_MESSAGE_BYTES, MERGE_AT_MOST, MERGE_QUIET
from conversations.values import DoubleText, JobStatus
from tests.builders import a_session, a_user

pytestmark = pytest.mark.django_db


def said(session: Session, content: str = "More customers stay.", key: str | None = None) -> Submission:
    return Submission(user=session.user, session_id=session.pk, content=content, idempotency_key=key)


def test_a_message_and_its_job_are_written_together() -> None:
    session = a_session()

    accepted = submit_message(said(session, "We want fewer outages."))

    job = Job.objects.get()
    assert accepted.job == job
    assert (job.status, job.turn, job.message.content) == (JobStatus.QUEUED, 1, "We want fewer outages.")
    assert (job.organization, job.user) == (session.organization, session.user)


def test_turns_follow_each_other() -> None:
    session = a_session()

    turns = [submit_message(said(session)).job.turn for _ in range(3)]

    assert turns == [1, 2, 3]


def test_somebody_elses_session_does_not_exist() -> None:
    session = a_session()
    stranger = Submission(user=a_user(), session_id=session.pk, content="Hello")

    with pytest.raises(Session.DoesNotExist):
        submit_message(stranger)
    assert not Message.objects.exists()


def test_a_deleted_session_takes_no_messages() -> None:
    session = a_session(deleted_at=timezone.now())

    with pytest.raises(Session.DoesNotExist):
        submit_message(said(session))


def test_the_same_key_and_message_give_the_same_job() -> None:
    session = a_session()

    first = submit_message(said(session, key="k1"))
    again = submit_message(said(session, key="k1"))

    assert (first.replayed, again.replayed) == (False, True)
    assert again.job == first.job
    assert Message.objects.count() == 1
    session.refresh_from_db()
    assert session.next_turn == 2


def test_the_same_key_with_another_message_is_refused() -> None:
    session = a_session()
    submit_message(said(session, key="k1"))

    with pytest.raises(IdempotencyKeyReusedError):
        submit_message(said(session, "Something else", key="k1"))
    assert Message.objects.count() == 1


def test_a_key_belongs_to_its_user() -> None:
    submit_message(said(a_session(), key="k1"))
    submit_message(said(a_session(), key="k1"))

    assert IdempotencyRecord.objects.count() == 2


def test_reject_refuses_while_an_answer_is_due() -> None:
    session = a_session(double_text=DoubleText.REJECT)
    submit_message(said(session))

    with pytest.raises(SessionBusyError):
        submit_message(said(session, "And another thing"))
    assert Job.objects.count() == 1


def test_reject_replays_a_repeated_request_all_the_same() -> None:
    session = a_session(double_text=DoubleText.REJECT)
    first = submit_message(said(session, key="k1"))

    assert submit_message(said(session, key="k1")).job == first.job


def test_supersede_ends_what_is_open() -> None:
    session = a_session(double_text=DoubleText.SUPERSEDE)
    first = submit_message(said(session)).job

    second = submit_message(said(session, "Rather this.")).job

    first.refresh_from_db()
    assert first.status == JobStatus.SUPERSEDED
    assert first.finished_at is not None
    assert second.status == JobStatus.QUEUED


def test_merge_joins_what_comes_within_the_quiet_time() -> None:
    session = a_session(double_text=DoubleText.MERGE)
    first = submit_message(said(session, "We want")).job

    second = submit_message(said(session, "fewer outages.")).job

    assert second == first
    assert Message.objects.get().content == "We want\n\nfewer outages."
    assert first.available_at - first.created_at == MERGE_QUIET
    second.refresh_from_db()
    assert second.available_at > first.available_at


def test_merge_waits_three_seconds_at_most() -> None:
    session = a_session(double_text=DoubleText.MERGE)
    first = submit_message(said(session, "We want")).job
    almost_over = timezone.now() - MERGE_AT_MOST + timedelta(milliseconds=200)
    Job.objects.filter(pk=first.pk).update(created_at=almost_over)

    second = submit_message(said(session, "fewer outages.")).job

    assert second.available_at == almost_over + MERGE_AT_MOST


def test_merge_begins_anew_once_the_first_is_being_answered() -> None:
    session = a_session(double_text=DoubleText.MERGE)
    first = submit_message(said(session)).job
    Job.objects.filter(pk=first.pk).update(
        status=JobStatus.RUNNING, attempt=1, lease_epoch=1, lease_until=timezone.now()
    )

    second = submit_message(said(session, "And this.")).job

    assert second != first


def test_merge_never_exceeds_the_size_of_one_message() -> None:
    session = a_session(double_text=DoubleText.MERGE)
    submit_message(said(session, "x" * (MAX_MESSAGE_BYTES - 10)))

    submit_message(said(session, "y" * 20))

    assert Job.objects.count() == 2
