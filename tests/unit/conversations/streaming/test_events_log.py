"""Events: their ids, their stored form, and how clients see them."""

import json
from uuid import UUID, uuid4

import pytest

from conversations.events.frames import object_of, server_sent
from conversations.events.log import (
    Batch,
    UnreadableBatchError,
    batch_of,
    job_of_key,
    key_of,
    merged,
)
from conversations.events.values import (
    CacheAsked,
    Closed,
    Event,
    EventId,
    Over,
    Queued,
    Reset,
    Started,
    Step,
    Token,
    Told,
    UnreadableIdError,
    event_id,
)
from conversations.values import JobStatus

JOB = UUID(int=7)
ALL = (
    Started(1),
    Step("step_1_load_session", 1.5),
    Token("“quoted”\nline"),
    CacheAsked("hit", "It was there.", 2.5),
    Reset(1),
    Closed(),
)


def test_a_batch_survives_being_stored() -> None:
    batch = Batch(2, 5, ALL)

    assert batch_of(batch.encoded()) == batch
    assert str(batch.last) == "2-10"


@pytest.mark.parametrize(
    "stored",
    [b"", b"{", b"[]", b"[1,2]", b'["x",1,[]]', b"[1,1,[[]]]", b'[1,1,[["shout"]]]', b'[1,1,[["token"]]]'],
)
def test_what_is_not_a_batch_is_refused(stored: bytes) -> None:
    with pytest.raises(UnreadableBatchError):
        batch_of(stored)


def test_tokens_that_follow_each_other_are_one() -> None:
    events = (Started(1), Token("a"), Token("b"), Step("s", 1.0), Token("c"))

    assert merged(events) == (Started(1), Token("ab"), Step("s", 1.0), Token("c"))


@pytest.mark.parametrize(("text", "given"), [("1-2", (1, 2)), ("0-1", (0, 1)), ("12-1000001", (12, 1000001))])
def test_an_id_is_an_attempt_and_a_number(text: str, given: tuple[int, int]) -> None:
    assert event_id(text) == EventId(*given)


@pytest.mark.parametrize(
    "text", ["", "1", "1-", "-1", "1-x", "1--1", "٣-١", "1-99999999999", "1-2-3", " 1-2", "+1-2"]
)
def test_anything_else_is_no_id(text: str) -> None:
    with pytest.raises(UnreadableIdError):
        event_id(text)


def test_ids_are_ordered_by_attempt_first() -> None:
    assert EventId(0, 1) < EventId(1, 9) < EventId(1, 10) < EventId(2, 0)


def test_a_streams_name_gives_its_job() -> None:
    job = uuid4()

    assert job_of_key(key_of(job)) == job
    assert job_of_key("okr:events-idle") is None
    assert job_of_key("okr:events:not-a-job") is None


@pytest.mark.parametrize(
    ("event", "name", "data"),
    [
        (Queued(3, 900), "queued", {"position": 3, "eta_ms": 900}),
        (Started(2), "started", {"attempt": 2}),
        (Step("step_9_save_reply", 4.5), "step", {"name": "step_9_save_reply", "ms": 4.5}),
        (Token("two\nlines"), "token", {"text": "two\nlines"}),
        (Reset(2), "reset", {"attempt": 2}),
        (Over(JobStatus.FAILED, b'{"id":"x"}'), "failed", {"job": {"id": "x"}}),
    ],
)
def test_clients_see_an_event_by_its_name_and_data(event: Event, name: str, data: dict[str, object]) -> None:
    told = Told(EventId(1, 4), event)

    lines = server_sent(told).decode().split("\n")
    assert (lines[:2], lines[3:]) == (["id: 1-4", f"event: {name}"], ["", ""])
    assert json.loads(lines[2].removeprefix("data: ")) == data
    assert json.loads(object_of(told, JOB)) == {"type": name, "id": "1-4", "job_id": str(JOB), **data}
