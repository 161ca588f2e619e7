"""Statements composed once do what the query builder does."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.models import IdempotencyRecord, Job, Message
from conversations.sql import insert, rows_of, send, together, update, whole
from conversations.values import JobStatus, Role
from tests.builders import a_job, a_message, a_session

pytestmark = pytest.mark.django_db


def test_a_row_is_inserted_with_its_defaults_and_its_time() -> None:
    session = a_session()
    message = Message(
        organization=session.organization, session=session, turn=1, role=Role.USER, content="Hello."
    )

    insert(message)

    stored = Message.objects.get(pk=message.pk)
    assert (stored.content, stored.model, stored.role) == ("Hello.", "", Role.USER)
    assert timezone.now() - stored.created_at < timedelta(minutes=1)


def test_what_nobody_gives_is_left_to_the_database() -> None:
    message = a_message()
    job = Job(
        organization=message.organization,
        user=message.session.user,
        session=message.session,
        message=message,
        turn=message.turn,
    )

    insert(job)

    stored = Job.objects.get(pk=job.pk)
    assert timezone.now() - stored.available_at < timedelta(minutes=1)
    assert (stored.timings, stored.assessment, stored.cost_usd) == ({}, None, Decimal(0))


def test_the_database_numbers_rows_that_it_numbers() -> None:
    job = a_job()

    insert(IdempotencyRecord(user=job.user, organization=job.organization, key="k", fingerprint="f", job=job))

    assert IdempotencyRecord.objects.get(key="k").job == job


def test_a_constraint_speaks_up_as_ever() -> None:
    message = a_message()

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(
            Message(
                organization=message.organization,
                session=message.session,
                turn=message.turn,
                role=message.role,
                content="Again.",
            )
        )


def test_only_the_rows_that_meet_the_condition_change() -> None:
    one, other = a_job(), a_job()
    changes = {
        "status": JobStatus.FAILED,
        "finished_at": Now(),
        "error_code": "expired",
        "timings": {"steps": {"step_1": 0.5}},
        "assessment": None,
        "cost_usd": Decimal("0.00000001"),
    }

    changed = update(Job, changes, "id = %s AND status = 'queued'", one.pk)
    again = update(Job, changes, "id = %s AND status = 'queued'", one.pk)

    one.refresh_from_db()
    other.refresh_from_db()
    assert (changed, again) == (1, 0)
    assert (one.status, one.timings, one.cost_usd) == (
        JobStatus.FAILED,
        {"steps": {"step_1": 0.5}},
        Decimal("0.00000001"),
    )
    assert one.finished_at is not None
    assert one.assessment is None
    assert other.status == JobStatus.QUEUED


@pytest.mark.django_db(transaction=True)
def test_queries_of_one_round_trip_give_their_own_rows() -> None:
    one, other = a_job(), a_job()

    found = rows_of(
        ("SELECT id FROM conversations_job WHERE id = %(id)s", {"id": one.pk}),
        ("SELECT turn, id FROM conversations_job WHERE id = %(id)s", {"id": other.pk}),
        ("SELECT id FROM conversations_job WHERE turn < 0", {}),
    )

    assert found == [[(one.pk,)], [(other.turn, other.pk)], []]


def test_what_is_sent_together_is_there_afterwards() -> None:
    reply = a_reply("Good morning.")

    with transaction.atomic(), together():
        insert(reply)
        update(Message, {"content": "Good evening."}, "id = %s", reply.pk)

    assert Message.objects.get(role=Role.ASSISTANT).content == "Good evening."


def test_what_is_sent_together_fails_together() -> None:
    reply = a_reply("Good morning.")

    def twice() -> None:
        with transaction.atomic(), together():
            insert(reply)
            insert(reply)
            send("SELECT 1")

    with pytest.raises(IntegrityError):
        twice()

    assert not Message.objects.filter(role=Role.ASSISTANT).exists()


def a_reply(content: str) -> Message:
    asked = a_message()
    return Message(
        organization=asked.organization,
        session=asked.session,
        turn=asked.turn,
        role=Role.ASSISTANT,
        content=content,
    )


@pytest.mark.parametrize("answered", [True, False])
def test_a_whole_row_is_what_the_query_set_gives(answered: bool) -> None:
    job = a_job(timings={"steps": {"step_1": 0.5}}, cost_usd=Decimal("0.00000001"))
    if answered:
        reply = a_reply("Good morning.")
        reply.save()
        ended = {"status": JobStatus.SUCCEEDED, "finished_at": timezone.now()}
        Job.objects.filter(pk=job.pk).update(reply=reply, **ended)
    stored = Job.objects.select_related("message", "reply").get(pk=job.pk)

    [found] = whole(Job, ("message", "reply"), "own.id = %(id)s", id=job.pk)

    with CaptureQueriesContext(connection) as queries:
        assert model_to_dict(found) == model_to_dict(stored)
        assert model_to_dict(found.message) == model_to_dict(stored.message)
        assert found.reply == stored.reply
    assert not queries
    assert whole(Job, (), "own.id = %(id)s", id=uuid4()) == []
