"""The wait that a message would have, from how things stand."""

from collections import Counter
from uuid import UUID

import pytest

from conversations.forecast import Forecast, Outlook
from conversations.values import Priority

ONE, OTHER, THIRD = (UUID(int=number) for number in (1, 2, 3))
NOW, LATER, BULK = Priority.INTERACTIVE, Priority.NORMAL, Priority.BULK


def an_outlook(queued: dict[tuple[UUID, Priority], int] | None = None, **fields: object) -> Outlook:
    facts: dict[str, object] = {"running": 10, "slots": 10, "seconds": 5.0} | fields
    return Outlook(queued=Counter(queued or {}), **facts)  # type: ignore[arg-type]  # a test's own facts


def test_while_slots_are_free_nobody_waits() -> None:
    assert an_outlook(running=9).wait(ONE, NOW) == 0.0


def test_ones_own_queue_is_waited_for() -> None:
    assert an_outlook({(ONE, NOW): 99}).wait(ONE, NOW) == 50.0


def test_a_neighbours_ten_thousand_do_not_count() -> None:
    assert an_outlook({(OTHER, NOW): 10_000}).wait(ONE, NOW) == 0.5


def test_who_shares_the_slots_takes_as_many_as_oneself() -> None:
    outlook = an_outlook({(ONE, NOW): 20, (OTHER, NOW): 10_000, (THIRD, NOW): 9})

    assert outlook.wait(ONE, NOW) == (20 + 20 + 9 + 1) * 0.5


def test_the_less_urgent_wait_for_the_more_urgent_and_not_the_other_way_round() -> None:
    outlook = an_outlook({(ONE, NOW): 10, (ONE, BULK): 1000})

    assert outlook.wait(ONE, NOW) == 5.5
    assert outlook.wait(ONE, LATER) == 5.5
    assert outlook.wait(ONE, BULK) == 505.5


def test_before_the_first_answer_nothing_is_known() -> None:
    assert an_outlook(seconds=None).wait(ONE, NOW) is None


def test_it_looks_once_a_second_and_adds_what_it_accepts_meanwhile() -> None:
    now, looks = [0.0], []

    def look() -> Outlook:
        looks.append(now[0])
        return an_outlook()

    forecast = Forecast(look, clock=lambda: now[0])
    forecast.outlook()
    for _ in range(4):
        forecast.note(ONE, NOW)
    now[0] = 0.9

    assert forecast.outlook().wait(ONE, NOW) == 2.5
    now[0] = 1.0
    assert forecast.outlook().wait(ONE, NOW) == 0.5
    assert looks == [0.0, 1.0]


@pytest.mark.parametrize("ahead", [0, 5, 50])
def test_a_place_in_the_queue_is_a_wait(ahead: int) -> None:
    assert an_outlook({(ONE, NOW): 100}).wait(ONE, NOW, ahead=ahead) == (ahead + 1) * 0.5
