"""The broker's transport keeps its client, and the broker says how many hints wait."""

from collections.abc import Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest
from kombu import Connection
from redis.exceptions import ResponseError

from conversations.dispatch import hints_waiting, send_job
from okrproject.broker import KeptClientChannel, KeptClientTransport
from okrproject.celery import app


@pytest.fixture
def channel() -> Iterator[KeptClientChannel]:
    with app.connection_for_write() as connection:
        assert isinstance(connection.default_channel, KeptClientChannel)
        yield connection.default_channel


@pytest.fixture
def queue() -> Iterator[str]:
    """A queue that no worker listens to."""
    name = f"test-{uuid4().hex}"
    yield name
    with app.connection_for_write() as connection:
        connection.SimpleQueue(name).clear()


def test_every_redis_address_leads_to_it() -> None:
    assert app.connection_for_write().get_transport_cls() is KeptClientTransport
    assert Connection("rediss://127.0.0.1/0").get_transport_cls() is KeptClientTransport


def test_workers_outlive_a_broker_that_refuses_to_write() -> None:
    with app.connection_for_write() as connection:
        assert issubclass(ResponseError, connection.channel_errors)

    # Celery's consumer connects anew after these only where this says so.
    assert app.conf.broker_channel_error_retry


def test_commands_that_overlap_share_a_client(channel: KeptClientChannel) -> None:
    with ExitStack() as stack:
        one, other = (stack.enter_context(channel.conn_or_acquire()) for _ in range(2))

        assert one is other
        assert one.ping()


def test_a_channel_that_lost_its_pool_makes_a_client_for_the_next(channel: KeptClientChannel) -> None:
    with channel.conn_or_acquire() as before:
        pass

    channel._disconnect_pools()  # type: ignore[attr-defined]  # not in the stubs

    with channel.conn_or_acquire() as after:
        assert after is not before
        assert after.ping()


def test_the_broker_counts_the_hints_that_nobody_took(queue: str) -> None:
    assert hints_waiting(queue) == 0

    for _ in range(3):
        assert send_job(uuid4(), queue=queue)

    assert hints_waiting(queue) == 3
