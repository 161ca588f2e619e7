"""Request headers and the waiting time, checked."""

import math

from rest_framework.request import Request

from conversations.api.problems import InvalidParameterError
from conversations.models import Job

CACHE_CONTROLS = ("no-cache", "no-store", "only-if-cached")
MAX_WAIT_SECONDS = 30.0
MAX_KEY = 255
_CACHE_NAME = "okr-coach"
_FORWARDED = {"miss": "fwd=miss", "bypass": "fwd=bypass", "coalesced": "fwd=miss; collapsed"}


def idempotency_key(request: Request) -> str | None:
    """Give the client's key for this request, or None."""
    key: str | None = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return None
    if not key.strip() or len(key) > MAX_KEY or not (key.isascii() and key.isprintable()):
        raise InvalidParameterError(
            "header", "Idempotency-Key", f"Expected 1 to {MAX_KEY} printable ASCII characters."
        )
    return key


def cache_control(request: Request) -> str:
    """Give the directive for the response cache; empty when there is none."""
    directive = str(request.META.get("HTTP_CACHE_CONTROL", "")).strip().lower()
    if directive and directive not in CACHE_CONTROLS:
        raise InvalidParameterError(
            "header", "Cache-Control", f"Expected one of {', '.join(CACHE_CONTROLS)}, alone."
        )
    return directive


def wait_seconds(text: str | None) -> float:
    """Read `?wait=`: seconds, 0 when absent, at most 30; raises InvalidParameterError."""
    if text is None:
        return 0.0
    try:
        seconds = float(text) if text.isascii() else math.nan
    except ValueError:
        seconds = math.nan
    if not seconds >= 0 or math.isinf(seconds):
        raise InvalidParameterError("query", "wait", "Expected a number of seconds from 0 to 30.")
    return min(seconds, MAX_WAIT_SECONDS)


def cache_status(job: Job) -> dict[str, str]:
    """Give the `Cache-Status` header (RFC 9211) of an answered job; nothing for any other."""
    status, left = job.cache.get("status"), job.cache.get("ttl_seconds")
    if status in _FORWARDED:
        return {"Cache-Status": f"{_CACHE_NAME}; {_FORWARDED[status]}"}
    if status not in ("hit", "stale"):
        return {}
    # What is left of the entry's life is below zero for an answer that was served stale.
    ttl = "" if left is None else f"; ttl={round(left)}"
    return {"Cache-Status": f"{_CACHE_NAME}; hit{ttl}"}
