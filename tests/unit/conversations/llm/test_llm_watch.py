"""The limits of a call."""

from datetime import timedelta

import pytest

from conversations.errors import CancelledError, ModelTimeoutError, StalledError
from conversations.llm.watch import CHECK_EVERY_SECONDS, Watch


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class Ears:
    """A listener that may have had enough."""

    stopped = False

    def on_text(self, text: str) -> None:
        raise AssertionError(text)

    def check(self) -> None:
        if self.stopped:
            raise CancelledError


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def watch(clock: Clock, ears: Ears) -> Watch:
    return Watch(ears, deadline=130.0, idle_seconds=timedelta(seconds=10).total_seconds(), clock=clock)


def test_no_wait_is_longer_than_the_time_between_checks(watch: Watch) -> None:
    assert watch.next_wait() == CHECK_EVERY_SECONDS


def test_the_last_wait_ends_with_the_deadline(watch: Watch, clock: Clock) -> None:
    clock.now = 129.9
    watch.heard()

    assert watch.next_wait() == pytest.approx(0.1)


def test_the_deadline_ends_even_a_talkative_stream(watch: Watch, clock: Clock) -> None:
    clock.now = 130.0
    watch.heard()

    with pytest.raises(ModelTimeoutError):
        watch.next_wait()


def test_silence_has_its_own_limit(watch: Watch, clock: Clock) -> None:
    clock.now = 109.9
    assert watch.next_wait() == pytest.approx(0.1)

    clock.now = 110.0
    with pytest.raises(StalledError):
        watch.next_wait()


def test_every_sound_starts_the_silence_anew(watch: Watch, clock: Clock) -> None:
    clock.now = 109.0
    watch.heard()
    clock.now = 118.0

    assert watch.next_wait() == CHECK_EVERY_SECONDS


def test_the_listener_is_asked_before_anything_else(watch: Watch, ears: Ears, clock: Clock) -> None:
    clock.now, ears.stopped = 500.0, True

    with pytest.raises(CancelledError):
        watch.next_wait()


def test_what_remains_is_the_time_to_the_deadline_and_not_to_the_next_check(
    watch: Watch, clock: Clock
) -> None:
    assert watch.remaining == 30.0

    clock.now = 200.0
    assert 0 < watch.remaining < 0.01
