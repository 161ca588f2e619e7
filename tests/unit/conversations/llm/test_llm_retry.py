"""Asking again."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.errors import (
    CancelledError,
    ConnectionLostError,
    ConversationError,
    CredentialsRejectedError,
    IncompleteAnswerError,
    InvalidAnswerError,
    ModelError,
    ModelTimeoutError,
    OverloadedError,
    ProviderFailedError,
    RateLimitedError,
    RefusedError,
    RequestRejectedError,
    SpendLimitError,
    StalledError,
)
from conversations.llm.retry import RETRY_AFTER_CAP, next_delay

WORTH_IT = [
    RateLimitedError,
    OverloadedError,
    ProviderFailedError,
    ConnectionLostError,
    ModelTimeoutError,
    StalledError,
    IncompleteAnswerError,
    InvalidAnswerError,
]
HOPELESS = [SpendLimitError, CredentialsRejectedError, RequestRejectedError, RefusedError]


@pytest.mark.parametrize("kind", WORTH_IT)
def test_a_passing_fault_is_worth_another_call(kind: type[ModelError]) -> None:
    assert next_delay(kind(), 1, Random(1)) is not None


@pytest.mark.parametrize("kind", HOPELESS)
def test_a_lasting_fault_is_not(kind: type[ModelError]) -> None:
    assert next_delay(kind(retry_after=1.0), 1, Random(1)) is None


@pytest.mark.parametrize("error", [CancelledError(), ConversationError()])
def test_what_is_no_fault_of_the_model_is_not_retried(error: ConversationError) -> None:
    assert next_delay(error, 1, Random(1)) is None


@pytest.mark.parametrize("kind", WORTH_IT)
def test_it_gives_up_in_the_end(kind: type[ModelError]) -> None:
    assert next_delay(kind(), 5, Random(1)) is None


@settings(deadline=None)
@given(st.sampled_from(WORTH_IT), st.integers(1, 4), st.integers(), st.floats(0, 1e9))
def test_the_wait_is_at_least_what_was_asked_and_never_without_bound(
    kind: type[ModelError], attempt: int, seed: int, asked: float
) -> None:
    delay = next_delay(kind(retry_after=asked), attempt, Random(seed))

    if delay is not None:
        assert (
            min(timedelta(seconds=asked), RETRY_AFTER_CAP) <= delay <= RETRY_AFTER_CAP + timedelta(seconds=30)
        )


def test_the_whole_interval_is_used_and_grows() -> None:
    def waits(attempt: int) -> list[timedelta]:
        found = [next_delay(OverloadedError(), attempt, Random(seed)) for seed in range(200)]
        return [one for one in found if one is not None]

    assert min(waits(1)) < timedelta(seconds=0.1)
    assert timedelta(seconds=1.3) < max(waits(1)) <= timedelta(seconds=1.5)
    assert timedelta(seconds=5) < max(waits(3)) <= timedelta(seconds=6)
