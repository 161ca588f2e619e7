"""The errors of these endpoints as the OpenAPI document describes them."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

# The document's other half defines the shape; here it is only referred to.
_PROBLEM = {"$ref": "#/components/schemas/ProblemOutput"}
_MEANINGS: Mapping[int, str] = {
    400: "The request is not valid. Codes: `invalid`, `parse_error`, `bad_request`, `unreadable_file`.",
    401: "No API key, or one that is wrong or has expired. "
    "Codes: `not_authenticated`, `api_key_invalid`, `api_key_expired`, `user_inactive`.",
    403: "Not allowed. Codes: `permission_denied`.",
    404: "There is no such object, or it is another organization's. Codes: `not_found`.",
    406: "The server answers in JSON only. Codes: `not_acceptable`.",
    409: "The state of things does not allow this. "
    "Codes: `okr_ended`, `not_ready_to_close`, `no_next_cycle`, `conflict`.",
    413: "The body is too large. Codes: `content_too_large`.",
    415: "The body has the wrong type. Codes: `unsupported_media_type`.",
    429: "Too many requests with this key or from this address; try again after `Retry-After`. "
    "Codes: `throttled`.",
    503: "The database does not answer; try again after `Retry-After`. Codes: `unavailable`.",
}


def problems(*statuses: int, body: bool = False) -> dict[Any, Any]:
    """Describe the problems an operation may answer, besides those that every operation may."""
    wanted = {*statuses, 401, 403, 406, 429, 503, *((400, 413, 415) if body else ())}
    return {
        (status, "application/problem+json"): OpenApiResponse(_PROBLEM, description=_MEANINGS[status])
        for status in sorted(wanted)
    }


COMMON = [
    OpenApiParameter(
        "WWW-Authenticate",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description="The scheme to use.",
        response=[401],
    ),
    OpenApiParameter(
        "Retry-After",
        OpenApiTypes.INT,
        OpenApiParameter.HEADER,
        description="Seconds to wait.",
        response=[429, 503],
    ),
]


def path_id(what: str) -> OpenApiParameter:
    """Describe an object's id in the path."""
    return OpenApiParameter("id", OpenApiTypes.UUID, OpenApiParameter.PATH, description=what)
