"""Deliveries are signed, repeated until they are taken, and then given up."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings
from standardwebhooks.webhooks import WebhookVerificationError

from conversations.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from conversations.services import cancel
from conversations.services.webhooks import (
    DeliveryUnderWayError,
    WithSecret,
    ping,
    redeliver,
    rotate_secret,
)
from conversations.webhooks import deliver as deliver_module
from conversations.webhooks.claim import MOST_PER_ENDPOINT, claim_due
from conversations.webhooks.deliver import deliver_due, take_back
from conversations.webhooks.hints import sweep_webhooks
from conversations.webhooks.post import Answer, post
from conversations.webhooks.schedule import MOST_ATTEMPTS
from tests.builders import a_job, a_session, a_user
from tests.receivers import Receiver

pytestmark = pytest.mark.django_db


def deliver(listening: WithSecret) -> WebhookDelivery:
    """Attempt what is due and give the only delivery."""
    deliver_due(listening.endpoint.pk, random=Random(1))
    return WebhookDelivery.objects.get()


def due_again() -> None:
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())


def test_a_receiver_can_verify_what_it_is_sent(listening: WithSecret, receiver: Receiver) -> None:
    job = a_job(a_session(a_user(organization=listening.endpoint.organization)))
    cancel(job)

    delivery = deliver(listening)

    (sent,) = receiver.received
    document = sent.verified(listening.secret)
    assert document["type"] == "job.cancelled"
    assert document["data"] == delivery.data
    assert sent.headers["webhook-id"] == f"msg_{delivery.pk.hex}"
    assert (delivery.state, delivery.response_status, delivery.attempts) == ("delivered", 204, 1)


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_a_receiver_takes_its_time(
    listening: WithSecret, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []

    def slowly(*args: Any) -> Answer:
        held.append(connection.connection is not None)
        return post(*args)

    monkeypatch.setattr(deliver_module, "post", slowly)
    ping(listening.endpoint)

    assert deliver(listening).state == DeliveryState.DELIVERED
    assert held == [False]


def test_a_changed_body_does_not_verify(listening: WithSecret, receiver: Receiver) -> None:
    ping(listening.endpoint)
    deliver(listening)

    (sent,) = receiver.received
    forged = type(sent)(sent.path, sent.headers, sent.body.replace(b"ping", b"pong"))
    with pytest.raises(WebhookVerificationError):
        forged.verified(listening.secret)


def test_it_carries_nobodys_words(listening: WithSecret, receiver: Receiver) -> None:
    person = a_user(organization=listening.endpoint.organization, email="grace@example.com")
    cancel(a_job(a_session(person, title="Secret plans")))

    deliver(listening)

    body = receiver.received[0].body
    assert b"grace" not in body
    assert b"Secret plans" not in body
    assert b"stay longer" not in body


def test_for_a_day_after_a_rotation_both_secrets_verify(listening: WithSecret, receiver: Receiver) -> None:
    newer = rotate_secret(listening.endpoint)
    ping(listening.endpoint)
    deliver(listening)

    (sent,) = receiver.received
    assert sent.verified(listening.secret) == sent.verified(newer.secret)


def test_a_day_after_a_rotation_the_older_secret_is_over(listening: WithSecret, receiver: Receiver) -> None:
    newer = rotate_secret(listening.endpoint)
    WebhookEndpoint.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
    ping(listening.endpoint)
    deliver(listening)

    (sent,) = receiver.received
    sent.verified(newer.secret)
    with pytest.raises(WebhookVerificationError):
        sent.verified(listening.secret)


@pytest.mark.parametrize("status", [301, 400, 404, 429, 500, 503])
def test_whatever_is_not_success_is_tried_again_later(
    listening: WithSecret, receiver: Receiver, status: int
) -> None:
    receiver.statuses.append(status)
    ping(listening.endpoint)

    delivery = deliver(listening)

    assert (delivery.state, delivery.response_status) == ("pending", status)
    assert timedelta(seconds=3) < delivery.next_attempt_at - timezone.now() < timedelta(seconds=7)
    due_again()
    assert deliver(listening).state == "delivered"
    assert [one.headers["webhook-id"] for one in receiver.received] == [f"msg_{delivery.pk.hex}"] * 2
    assert [one["status"] for one in WebhookDelivery.objects.get().tries] == [status, 204]


def test_a_redirect_is_not_followed(listening: WithSecret, receiver: Receiver) -> None:
    receiver.statuses.append(302)
    receiver.headers["Location"] = receiver.url.replace("/hook", "/elsewhere")
    ping(listening.endpoint)

    delivery = deliver(listening)

    assert [one.path for one in receiver.received] == ["/hook"]
    assert "not followed" in delivery.error


def test_a_receiver_may_ask_for_more_time(listening: WithSecret, receiver: Receiver) -> None:
    receiver.statuses.append(429)
    receiver.headers["Retry-After"] = "600"
    ping(listening.endpoint)

    delivery = deliver(listening)

    assert timedelta(seconds=590) < delivery.next_attempt_at - timezone.now() < timedelta(seconds=601)


def test_what_nobody_takes_becomes_a_dead_letter(listening: WithSecret, receiver: Receiver) -> None:
    receiver.statuses.extend([500] * MOST_ATTEMPTS)
    ping(listening.endpoint)

    for _ in range(MOST_ATTEMPTS):
        due_again()
        delivery = deliver(listening)

    assert (delivery.state, delivery.attempts) == ("dead", MOST_ATTEMPTS)
    assert len(receiver.received) == MOST_ATTEMPTS
    due_again()
    assert deliver_due(listening.endpoint.pk) == 0


def test_a_receiver_that_is_gone_is_disabled(listening: WithSecret, receiver: Receiver) -> None:
    receiver.statuses.append(410)
    ping(listening.endpoint)

    delivery = deliver(listening)

    assert delivery.state == "dead"
    assert not WebhookEndpoint.objects.get().enabled


def test_a_dead_letter_can_be_sent_again_as_the_same_message(
    listening: WithSecret, receiver: Receiver
) -> None:
    receiver.statuses.extend([500] * MOST_ATTEMPTS)
    ping(listening.endpoint)
    for _ in range(MOST_ATTEMPTS):
        due_again()
        dead = deliver(listening)

    redeliver(dead)

    assert deliver(listening).state == "delivered"
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1


def test_what_is_under_way_is_not_sent_again(listening: WithSecret) -> None:
    with pytest.raises(DeliveryUnderWayError):
        redeliver(ping(listening.endpoint))


def test_two_workers_send_it_once(listening: WithSecret) -> None:
    ping(listening.endpoint)

    first, second = claim_due(listening.endpoint.pk), claim_due(listening.endpoint.pk)

    assert first is not None
    assert second is None


def test_one_receiver_holds_only_so_many_slots(listening: WithSecret) -> None:
    for _ in range(MOST_PER_ENDPOINT + 2):
        ping(listening.endpoint)

    claimed = [claim_due(listening.endpoint.pk) for _ in range(MOST_PER_ENDPOINT + 2)]

    assert sum(one is not None for one in claimed) == MOST_PER_ENDPOINT


def test_a_sender_that_died_is_replaced_and_its_late_word_ignored(
    listening: WithSecret, receiver: Receiver
) -> None:
    ping(listening.endpoint)
    first = claim_due(listening.endpoint.pk)
    WebhookDelivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert take_back() == 1
    delivery = deliver(listening)

    assert first is not None
    assert (delivery.lease_epoch, delivery.attempts) == (2, 2)
    assert delivery.state == DeliveryState.DELIVERED


def test_the_sweep_hints_at_what_is_due_and_no_more(listening: WithSecret, hinted: list[object]) -> None:
    ping(listening.endpoint)
    hinted.clear()

    assert sweep_webhooks() == 1
    WebhookDelivery.objects.update(next_attempt_at=timezone.now() + timedelta(minutes=1))
    assert sweep_webhooks() == 0


def test_a_changed_server_key_signs_nothing_it_cannot(
    listening: WithSecret, receiver: Receiver, settings: Settings
) -> None:
    settings.SECRET_KEY = "another"
    ping(listening.endpoint)

    delivery = deliver(listening)

    assert receiver.received == []
    assert delivery.state == "dead"
    assert "rotate" in delivery.error


def test_an_older_server_key_still_signs(
    listening: WithSecret, receiver: Receiver, settings: Settings
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    ping(listening.endpoint)

    deliver(listening)

    receiver.received[0].verified(listening.secret)
