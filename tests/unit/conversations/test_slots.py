"""Slots: no organization holds more than it may, whatever the threads do at once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from conversations.slots import Slots

BIG, SMALL = UUID(int=1), UUID(int=2)


@dataclass(frozen=True, slots=True)
class AJob:
    """A job of somebody's."""

    organization_id: UUID


def of_the_big(full: list[UUID]) -> AJob | None:
    return None if BIG in full else AJob(BIG)


def test_who_is_full_is_left_out_until_a_slot_is_free() -> None:
    slots = Slots(2)
    first, _ = slots.take(of_the_big)
    slots.take(of_the_big)
    assert first is not None

    assert slots.take(of_the_big) == (None, True)
    assert slots.take(lambda full: AJob(SMALL)) == (AJob(SMALL), True)

    with slots.giving_back(first):
        pass
    assert slots.take(of_the_big) == (AJob(BIG), False)


def test_many_threads_at_once_take_no_more_than_the_bound() -> None:
    slots = Slots(5)
    start = threading.Barrier(16)

    def take(_: int) -> AJob | None:
        start.wait()
        return slots.take(of_the_big)[0]

    with ThreadPoolExecutor(16) as threads:
        taken = Counter(job is not None for job in threads.map(take, range(16)))

    assert taken[True] == 5


def test_while_held_back_a_few_try() -> None:
    now = [0.0]
    slots = Slots(clock=lambda: now[0])
    slots.hold_back(2.0)

    assert [slots.may_try(), slots.may_try()] == [True, False]
    now[0] = 0.15
    assert slots.may_try()
    now[0] = 2.0
    assert [slots.may_try(), slots.may_try()] == [True, True]


def test_room_is_what_nobody_holds_and_none_while_held_back() -> None:
    now = [0.0]
    slots = Slots(2, clock=lambda: now[0])
    empty = slots.room()
    job, _ = slots.take(of_the_big)
    slots.take(lambda full: AJob(SMALL))
    beyond, _ = slots.take(lambda full: AJob(SMALL))
    assert job is not None
    assert beyond is not None

    full = slots.room()
    with slots.giving_back(job), slots.giving_back(beyond):
        pass
    freed = slots.room()
    slots.hold_back(1.0)
    held_back = slots.room()
    now[0] = 1.0

    assert (empty, full, freed, held_back, slots.room()) == (2, 0, 1, 0, 1)


def test_a_hint_without_a_slot_is_owed_once() -> None:
    slots = Slots()
    slots.owe()

    assert [slots.owed(), slots.owed()] == [True, False]


def test_who_waits_is_let_go_when_the_process_ends() -> None:
    slots = Slots()
    slots.close()

    assert slots.wait() is False
