"""The writing half: it coalesces, it hurries, and it never fails the worker."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import uuid4

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from conversations.events.channel import Channel
from conversations.events.courier import Courier
from conversations.events.log import Batch, batch_of
from conversations.events.values import Closed, Started, Token

JOB = uuid4()


class Porter:
    """Counts how often somebody was in a hurry, and fetches when told to."""

    def __init__(self) -> None:
        self.hurries = 0
        self.left: list[Channel] = []

    def hurry(self, channel: Channel) -> None:
        self.hurries += 1

    def leave(self, channel: Channel) -> None:
        self.left.append(channel)


class Server:
    """A Redis that takes pipelines, or fails them."""

    def __init__(self) -> None:
        self.commands: list[tuple[Any, ...]] = []
        self.trips = 0
        self.failure: Exception | None = None
        self.refusal: Exception | None = None

    def pipeline(self, *, transaction: bool) -> "Pipeline":
        return Pipeline(self)

    def batches(self) -> list[Batch]:
        return [batch_of(command[-1]) for command in self.commands if command[0] == "XADD"]


class Pipeline:
    def __init__(self, server: Server) -> None:
        self._server = server
        self._commands: list[tuple[Any, ...]] = []

    def execute_command(self, *command: object) -> None:
        self._commands.append(command)

    def execute(self, *, raise_on_error: bool) -> Sequence[object]:
        self._server.trips += 1
        if self._server.failure is not None:
            raise self._server.failure
        if self._server.refusal is not None:
            return [self._server.refusal] * len(self._commands)
        self._server.commands += self._commands
        return [1] * len(self._commands)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def courier(server: Server, monkeypatch: pytest.MonkeyPatch) -> Courier:
    courier = Courier(cast("Redis", server))
    monkeypatch.setattr(courier, "_run", lambda: None)
    return courier


def test_the_first_word_is_in_a_hurry_and_then_every_twentieth() -> None:
    porter = Porter()
    channel = Channel(JOB, 1, porter)

    for _ in range(21):
        channel.token("word ")

    assert porter.hurries == 2
    batch = channel.outgoing()
    assert batch is not None
    assert batch.events == (Token("word " * 21),)


def test_after_a_reset_the_first_word_is_in_a_hurry_again() -> None:
    porter = Porter()
    channel = Channel(JOB, 1, porter)
    channel.token("one")

    channel.reset()
    channel.token("two")

    assert porter.hurries == 2


def test_a_batch_stays_the_same_until_it_is_sent() -> None:
    channel = Channel(JOB, 1, Porter())
    channel.started(1)
    first = channel.outgoing()
    channel.token("more")

    assert channel.outgoing() is first
    channel.sent()
    assert channel.outgoing() == Batch(1, 2, (Token("more"),))


def test_a_channel_says_its_last_words_and_is_forgotten() -> None:
    porter = Porter()
    with Channel(JOB, 1, porter) as channel:
        channel.close(over=True)
        batch = channel.outgoing()

    assert batch is not None
    assert batch.events == (Closed(),)
    assert porter.left == [channel]


def test_one_round_trip_carries_everything(server: Server, courier: Courier) -> None:
    channels = [courier.open(uuid4(), 1) for _ in range(10)]
    for channel in channels:
        channel.started(1)

    courier.deliver()
    courier.deliver()

    assert server.trips == 1
    assert [batch.events for batch in server.batches()] == [(Started(1),)] * 10


def test_a_failure_costs_one_try_a_second_and_loses_nothing(server: Server, courier: Courier) -> None:
    channel = courier.open(JOB, 1)
    channel.token("one ")
    server.failure = RedisConnectionError()
    for _ in range(5):
        courier.deliver()
        channel.token("more ")
    assert (server.trips, courier.failures) == (1, 1)

    server.failure = None
    courier._paused_until = 0.0
    courier.deliver()
    courier.deliver()

    events = [event for batch in server.batches() for event in batch.events]
    assert "".join(event.text for event in events if isinstance(event, Token)) == "one " + "more " * 5
    assert [batch.first for batch in server.batches()] == [1, 2]


def test_what_cannot_be_written_down_silences_its_channel_alone(server: Server, courier: Courier) -> None:
    courier.open(JOB, 1).token("half a character: \ud83d")
    courier.open(uuid4(), 1).token("fine")

    courier.deliver()
    courier.deliver()

    assert [batch.events for batch in server.batches()] == [(Token("fine"),)]
    assert courier.failures == 1


def test_a_full_redis_is_a_failure_and_a_late_attempt_is_not(server: Server, courier: Courier) -> None:
    channel = courier.open(JOB, 1)
    channel.started(1)
    server.refusal = ResponseError("OOM command not allowed")
    courier.deliver()
    assert (courier.failures, channel.outgoing() is None) == (1, False)

    courier._paused_until = 0.0
    server.refusal = ResponseError(
        "The ID specified in XADD is equal or smaller than the target stream top item"
    )
    courier.deliver()

    assert (courier.failures, channel.outgoing()) == (1, None)


def test_between_rounds_only_those_in_a_hurry_are_fetched(server: Server, courier: Courier) -> None:
    patient, hasty = courier.open(uuid4(), 1), courier.open(JOB, 1)
    patient.started(1)
    hasty.token("first")

    courier.deliver(hurried_only=True)
    courier.deliver(hurried_only=True)
    assert [batch.events for batch in server.batches()] == [(Token("first"),)]

    courier.deliver()
    assert [batch.events for batch in server.batches()] == [(Token("first"),), (Started(1),)]


def test_a_log_is_given_its_lifetime_once_for_each_attempt(server: Server, courier: Courier) -> None:
    channel = courier.open(JOB, 1)
    for _ in range(3):
        channel.token("word ")
        courier.deliver()

    assert [command[0] for command in server.commands] == [
        "XADD", "PUBLISH", "EXPIRE", "XADD", "PUBLISH", "XADD", "PUBLISH",
    ]  # fmt: skip
