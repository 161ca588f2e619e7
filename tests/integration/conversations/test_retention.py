"""What nobody needs any more goes, in bounded batches; everything else stays."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from knox.models import AuthToken

from conversations.models import IdempotencyRecord, Job, Message, Session
from conversations.retention import sweep
from conversations.values import JobStatus
from tests.builders import a_job, a_session, a_user, an_api_key

pytestmark = pytest.mark.django_db


def _ago(days: int):  # type: ignore[no-untyped-def]  # a datetime
    return timezone.now() - timedelta(days=days)


def _old_session(**fields: object) -> Session:
    session = a_session(**fields)  # type: ignore[arg-type]  # any fields
    Session.objects.filter(pk=session.pk).update(updated_at=_ago(400))
    return session


def test_an_old_session_goes_with_everything_said_in_it() -> None:
    old, kept = _old_session(), a_session()
    for session in (old, kept):
        a_job(session, status=JobStatus.SUCCEEDED)

    swept = sweep()

    assert swept.sessions == 1
    assert list(Session.objects.all()) == [kept]
    assert Job.objects.count() == 1
    assert Message.objects.count() == 2


def test_a_session_with_an_open_job_stays() -> None:
    a_job(_old_session(), status=JobStatus.RUNNING)

    assert sweep().sessions == 0


def test_a_deleted_session_goes_after_its_grace() -> None:
    a_session(deleted_at=_ago(31))
    a_session(deleted_at=_ago(29))

    assert sweep().sessions == 1


def test_old_timings_are_cleared_once() -> None:
    old = a_job(status=JobStatus.SUCCEEDED, finished_at=_ago(91), timings={"queued": 1})
    new = a_job(status=JobStatus.SUCCEEDED, finished_at=_ago(89), timings={"queued": 1})

    assert (sweep().timings, sweep().timings) == (1, 0)
    assert Job.objects.get(pk=old.pk).timings == {}
    assert Job.objects.get(pk=new.pk).timings == {"queued": 1}


def test_a_sweep_is_bounded_and_the_next_goes_on() -> None:
    user = a_user()
    for _ in range(7):
        _old_session(user=user)

    assert [sweep(batch=2, most_batches=2).sessions for _ in range(3)] == [4, 3, 0]


def test_expired_keys_and_old_idempotency_records_go() -> None:
    user = a_user()
    an_api_key(user, expires_in=timedelta(seconds=-1))
    an_api_key(user)
    record = IdempotencyRecord.objects.create(
        user=user, organization_id=user.organization_id, key="k", fingerprint="f", job=a_job(a_session(user))
    )
    IdempotencyRecord.objects.filter(pk=record.pk).update(created_at=_ago(8))

    swept = sweep()

    assert (swept.api_keys, swept.idempotency_records) == (1, 1)
    assert AuthToken.objects.count() == 1
    assert Job.objects.count() == 1


def test_the_command_says_what_is_gone(capsys: pytest.CaptureFixture[str]) -> None:
    _old_session()

    call_command("retention")

    assert capsys.readouterr().out.startswith("sessions 1, timings 0,")
