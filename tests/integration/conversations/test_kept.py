"""What is read now and then is read once for everybody, and again when its time is over."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from conversations.kept import Kept

pytestmark = pytest.mark.django_db


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


class _Lock:
    """A lock that notes who takes it with a connection in hand."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.taken_with_connection: list[bool] = []

    def __enter__(self) -> None:
        self.taken_with_connection.append(connection.connection is not None)
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("asks", [Kept.get, Kept.renew])
def test_whoever_reads_has_a_connection_before_others_wait_for_it(
    asks: Callable[[Kept[str]], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, lock = Kept(lambda: "a"), _Lock()
    monkeypatch.setattr(kept, "_lock", lock)
    connection.close()

    asks(kept)

    assert lock.taken_with_connection == [True]
