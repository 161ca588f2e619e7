"""Headers and the waiting time."""

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from conversations.api.headers import cache_control, idempotency_key, wait_seconds
from conversations.api.problems import InvalidParameterError


def a_request(**headers: str) -> Request:
    return Request(
        APIRequestFactory().post("/", headers={name.replace("_", "-"): v for name, v in headers.items()})
    )


@pytest.mark.parametrize(
    ("text", "seconds"), [(None, 0), ("0", 0), ("2.5", 2.5), ("30", 30), ("31", 30), ("1e9", 30)]
)
def test_a_wait_is_a_number_of_seconds_up_to_thirty(text: str | None, seconds: float) -> None:
    assert wait_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "-1", "-0.1", "nan", "inf", "1 s", "٣", "\x00"])
def test_a_wait_that_is_no_such_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameterError):
        wait_seconds(text)


def test_a_key_is_taken_as_it_stands() -> None:
    assert idempotency_key(a_request(Idempotency_Key="Order 66/a")) == "Order 66/a"
    assert idempotency_key(a_request()) is None


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "\x7f", "é"])
def test_a_malformed_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidParameterError):
        idempotency_key(a_request(Idempotency_Key=key))


def test_one_cache_directive_is_taken() -> None:
    assert cache_control(a_request(Cache_Control=" No-Store ")) == "no-store"
    assert cache_control(a_request()) == ""


def test_other_directives_are_refused() -> None:
    with pytest.raises(InvalidParameterError):
        cache_control(a_request(Cache_Control="max-age=0"))
