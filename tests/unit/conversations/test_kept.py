"""What is read now and then is read once for everybody, and again when its time is over."""

import time
from collections.abc import Iterator

import pytest

from conversations.kept import Kept


def test_it_is_read_once_until_its_time_is_over_or_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now, readings = [100.0], iter("abc")
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    kept = Kept(lambda: next(readings), seconds=5)

    assert [kept.get(), kept.get()] == ["a", "a"]
    now[0] += 5
    assert kept.get() == "b"
    kept.forget()
    assert kept.get() == "c"


def test_a_failed_reading_is_tried_again_by_the_next() -> None:
    answers: Iterator[OSError | str] = iter([OSError("away"), "there"])

    def read() -> str:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    kept = Kept(read)

    with pytest.raises(OSError, match="away"):
        kept.get()
    assert kept.get() == "there"


def test_what_is_asked_for_is_renewed_beforehand_and_what_is_not_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, readings = [100.0], iter("abcd")
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    kept = Kept(lambda: next(readings), seconds=5)

    kept.renew()
    assert kept.get() == "a", "nobody had asked, so nothing was read"
    now[0] += 4
    kept.renew()
    now[0] += 4
    assert kept.get() == "b", "renewed four seconds ago, so it is not stale"
    now[0] += 60
    kept.renew()
    assert kept.get() == "c", "nobody had asked for a minute"
