"""What the OpenAPI document says beside the serializers: problems, headers, the key."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers


class FieldErrorOutput(serializers.Serializer[Any]):
    """One thing that is wrong, and where."""

    pointer = serializers.CharField(
        allow_blank=True, help_text="A JSON pointer into the body, `query:name` or `header:Name`."
    )
    detail = serializers.CharField()


class ProblemOutput(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="For machines; the response's description lists the codes.")
    errors = FieldErrorOutput(many=True, required=False)  # type: ignore[assignment]  # DRF's word too.


_MEANINGS: Mapping[int, str] = {
    400: "The request is not valid. Codes: `invalid`, `parse_error`, `bad_request`.",
    401: "No API key, or one that is wrong or has expired. "
    "Codes: `not_authenticated`, `api_key_invalid`, `api_key_expired`, `user_inactive`.",
    403: "Not allowed. Codes: `permission_denied`.",
    404: "There is no such object, or it is somebody else's. Codes: `not_found`.",
    405: "This address does not know the method. Codes: `method_not_allowed`.",
    406: "The server answers in JSON only. Codes: `not_acceptable`.",
    409: "The state of things does not allow this.",
    413: "The body or the message is too large. Codes: `content_too_large`.",
    415: "The body is not JSON. Codes: `unsupported_media_type`.",
    429: "Too many requests with this key or from this address; try again after `Retry-After`. "
    "Codes: `throttled`.",
    503: "The database does not answer; try again after `Retry-After`. Codes: `unavailable`.",
}
_ALWAYS = (401, 403, 406, 429, 503)
_WITH_BODY = (400, 413, 415)


def problems(*statuses: int, body: bool = False, conflicts: str = "", refusals: str = "") -> dict[Any, Any]:
    """Describe the problems an operation may answer, besides those that every operation may.

    `conflicts` are its codes of 409, `refusals` its own ones of 429.
    """
    own = {409: f" Codes: {conflicts}.", 429: f" And: {refusals}." if refusals else ""}
    wanted = sorted({*statuses, *_ALWAYS, *(_WITH_BODY if body else ()), *((409,) if conflicts else ())})
    return {
        (status, "application/problem+json"): OpenApiResponse(
            ProblemOutput,
            description=_MEANINGS[status] + own.get(status, ""),
        )
        for status in wanted
    }


def response_header(
    name: str, description: str, *statuses: int, kind: Any = OpenApiTypes.STR
) -> OpenApiParameter:
    """Describe a header of the responses with these statuses."""
    return OpenApiParameter(
        name, kind, OpenApiParameter.HEADER, description=description, response=list(statuses)
    )


def path_id(name: str, what: str) -> OpenApiParameter:
    """Describe an object's id in the path."""
    return OpenApiParameter(name, OpenApiTypes.UUID, OpenApiParameter.PATH, description=what)


CHALLENGE = response_header("WWW-Authenticate", "The scheme to use.", 401)
RETRY_LATER = response_header("Retry-After", "Seconds to wait.", 429, 503, kind=OpenApiTypes.INT)
COMMON = [CHALLENGE, RETRY_LATER]


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped metaclass hook.
    """Describes the API key."""

    target_class = "conversations.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Give the OpenAPI security scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key from `manage.py create_api_key EMAIL`.",
        }
