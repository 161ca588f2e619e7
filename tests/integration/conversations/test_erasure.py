"""Erasing one person leaves nothing they said, and a receipt for it."""

import pytest
from django.core.management import CommandError, call_command
from redis import Redis

from conversations.events.log import key_of
from conversations.models import CacheFiring, IdempotencyRecord, Job, Message, Session
from conversations.services import erase_person
from conversations.values import JobStatus
from knowledge.models import User
from tests.builders import a_job, a_session, a_user, an_api_key

pytestmark = pytest.mark.django_db


def a_talkative_user() -> User:
    user = a_user(email="ada@example.com")
    an_api_key(user)
    job = a_job(a_session(user), status=JobStatus.SUCCEEDED)
    IdempotencyRecord.objects.create(
        user=user, organization=user.organization, key="k", fingerprint="f", job=job
    )
    return user


def test_everything_that_was_said_is_gone_and_counted(broker: Redis) -> None:
    user = a_talkative_user()
    job = Job.objects.get()
    broker.xadd(key_of(job.pk), {"b": b"words"})

    receipt = erase_person(user)

    assert (receipt.sessions, receipt.messages, receipt.jobs) == (1, 2, 1)
    assert (receipt.idempotency_keys, receipt.api_keys, receipt.event_streams) == (1, 1, 1)
    assert not Message.objects.exists()
    assert not Session.objects.exists()
    assert not broker.exists(key_of(job.pk))
    user.refresh_from_db()
    assert "ada" not in user.email
    assert not user.is_active


def test_somebody_elses_words_stay(broker: Redis) -> None:
    other = a_job(status=JobStatus.SUCCEEDED)

    erase_person(a_talkative_user())

    assert list(Job.objects.all()) == [other]


def test_cached_answers_are_invalidated(broker: Redis) -> None:
    user = a_talkative_user()

    erase_person(user)

    assert any(str(user.pk) in tag for firing in CacheFiring.objects.all() for tag in firing.tags)


def test_twice_erases_nothing_more(broker: Redis) -> None:
    user = a_talkative_user()
    erase_person(user)

    again = erase_person(user)

    assert (again.sessions, again.messages, again.jobs, again.api_keys) == (0, 0, 0, 0)


def test_the_command_prints_a_receipt_per_store(broker: Redis, capsys: pytest.CaptureFixture[str]) -> None:
    a_talkative_user()

    call_command("erase_user", "ADA@example.com")

    printed = capsys.readouterr().out
    assert "messages: 2" in printed
    assert "event streams: 0" in printed


def test_an_unknown_address_is_said_so() -> None:
    with pytest.raises(CommandError, match="Nobody has the address"):
        call_command("erase_user", "nobody@example.com")
