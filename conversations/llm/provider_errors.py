"""The provider's errors, as its API describes them, turned into ours."""

import logging
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

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
from conversations.llm.client import Left, ProviderLimits

logger = logging.getLogger(__name__)
# The body names the kind of an error more exactly than the status does; in a stream the status is 200.
_BY_KIND: Final[Mapping[str, type[ModelError]]] = {
    "rate_limit_error": RateLimitedError,
    "overloaded_error": OverloadedError,
    "api_error": ProviderFailedError,
    "timeout_error": ModelTimeoutError,
    "billing_error": SpendLimitError,
    "authentication_error": CredentialsRejectedError,
    "permission_error": CredentialsRejectedError,
    "invalid_request_error": RequestRejectedError,
    "not_found_error": ModelUnavailableError,
    "request_too_large": RequestRejectedError,
    "conflict_error": ProviderFailedError,
}
_BY_STATUS: Final[Mapping[int, type[ModelError]]] = {
    401: CredentialsRejectedError,
    402: SpendLimitError,
    403: CredentialsRejectedError,
    408: ModelTimeoutError,
    409: ProviderFailedError,
    429: RateLimitedError,
    503: OverloadedError,
    504: ModelTimeoutError,
    529: OverloadedError,
}
_SERVER_ERRORS: Final = 500
# An account without money answers with one of several kinds; only the words tell.
_SPENT: Final = re.compile(
    r"credit balance|spend(ing)? limit|usage limit|billing|insufficient (credit|fund)|"
    r"(monthly|workspace|organi[sz]ation).{0,20} (spend|budget)",
    re.IGNORECASE,
)
_SPENT_CODES: Final = re.compile(r"spend_limit|billing")
_SPENT_MAY_HIDE_IN: Final = (RateLimitedError, RequestRejectedError, CredentialsRejectedError)


def provider_error(
    *, status: int, body: object, headers: Mapping[str, str] | None = None, now: float | None = None
) -> ModelError:
    """Give our error for an error answer, or for an error event, whose status is 200."""
    error = body.get("error") if isinstance(body, dict) else None
    described: dict[str, object] = error if isinstance(error, dict) else {}
    found = _BY_KIND.get(str(described.get("type"))) or _by_status(status)
    message = str(described.get("message") or "")
    if issubclass(found, _SPENT_MAY_HIDE_IN) and _is_spent(message, described.get("details")):
        found = SpendLimitError
    logger.warning(
        "The provider answered with an error.",
        extra={"status": status, "kind": described.get("type"), "code": found.code},
    )
    # The provider's words may speak of our account, or repeat the prompt.
    logger.debug("The provider explained its error.", extra={"explanation": message})
    return found(retry_after=retry_after(headers or {}, now=now))


def retry_after(headers: Mapping[str, str], *, now: float | None = None) -> float | None:
    """Give the wait the provider asks for in seconds, from any of the forms of its header."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    told = headers.get("retry-after")
    seconds = _number(told)
    if seconds is not None or told is None:
        return seconds
    try:
        at = parsedate_to_datetime(told).timestamp()
    except ValueError:
        return None
    return max(at - (time.time() if now is None else now), 0.0)


def provider_limits(headers: Mapping[str, str]) -> ProviderLimits:
    """Read the limits a minute, and what is left of them, from an answer's headers."""
    return ProviderLimits(
        requests=_left(headers, "requests"),
        input_tokens=_left(headers, "input-tokens"),
        output_tokens=_left(headers, "output-tokens"),
    )


def _left(headers: Mapping[str, str], kind: str) -> Left | None:
    limit = _number(headers.get(f"anthropic-ratelimit-{kind}-limit"))
    left = _number(headers.get(f"anthropic-ratelimit-{kind}-remaining"))
    return None if not limit or left is None else (int(limit), int(left))


def _by_status(status: int) -> type[ModelError]:
    found = _BY_STATUS.get(status)
    if found is not None:
        return found
    if status >= _SERVER_ERRORS or status < 400:
        return ProviderFailedError
    return RequestRejectedError


def _is_spent(message: str, details: object) -> bool:
    code = details.get("error_code") if isinstance(details, dict) else None
    return bool(_SPENT.search(message) or (isinstance(code, str) and _SPENT_CODES.search(code)))


def _number(text: str | None) -> float | None:
    try:
        found = float(text) if text is not None else None
    except ValueError:
        return None
    return found if found is not None and 0 <= found < float("inf") else None
