"""Turning the provider's errors into ours."""

import logging

import pytest

from conversations.errors import (
    CredentialsRejectedError,
    ModelError,
    ModelTimeoutError,
    ModelUnavailableError,
    OverloadedError,
    ProviderFailedError,
    RateLimitedError,
    RequestRejectedError,
    SpendLimitError,
)
from conversations.llm.provider_errors import provider_error, retry_after


def body(kind: str, message: str = "", code: str | None = None) -> dict[str, object]:
    details = {"details": {"error_code": code}} if code else {}
    return {"type": "error", "error": {"type": kind, "message": message, **details}}


@pytest.mark.parametrize(
    ("status", "sent", "expected"),
    [
        (429, body("rate_limit_error"), RateLimitedError),
        (529, body("overloaded_error"), OverloadedError),
        (200, body("overloaded_error"), OverloadedError),
        (500, body("api_error"), ProviderFailedError),
        (504, body("timeout_error"), ModelTimeoutError),
        (401, body("authentication_error"), CredentialsRejectedError),
        (403, body("permission_error"), CredentialsRejectedError),
        (400, body("invalid_request_error", "max_tokens: too large"), RequestRejectedError),
        (404, body("not_found_error"), ModelUnavailableError),
        (413, body("request_too_large"), RequestRejectedError),
        (402, body("billing_error"), SpendLimitError),
        (400, body("invalid_request_error", "Your credit balance is too low."), SpendLimitError),
        (429, body("rate_limit_error", "You have reached your usage limits."), SpendLimitError),
        (403, body("permission_error", code="enforced_spend_limit_reached"), SpendLimitError),
        (502, "<html>Bad gateway</html>", ProviderFailedError),
        (529, None, OverloadedError),
        (503, {"error": "busy"}, OverloadedError),
        (429, "", RateLimitedError),
        (418, {}, RequestRejectedError),
        (302, "", ProviderFailedError),
    ],
)
def test_each_error_has_its_class(status: int, sent: object, expected: type[ModelError]) -> None:
    assert type(provider_error(status=status, body=sent)) is expected


def test_the_wait_the_provider_asks_for_is_kept() -> None:
    error = provider_error(status=429, body=body("rate_limit_error"), headers={"retry-after": "7"})

    assert error.retry_after == 7.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 60.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:01 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
    ],
)
def test_every_form_of_the_header_is_understood(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, now=40.0) == seconds


def test_the_providers_words_reach_neither_the_user_nor_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        error = provider_error(status=400, body=body("invalid_request_error", "prompt: SECRET WORDS"))

    assert "SECRET" not in error.message
    assert caplog.records
    assert not any("SECRET" in str(record.__dict__) for record in caplog.records)
