"""The error answers of the Messages API."""

from dataclasses import dataclass, field

JsonObject = dict[str, object]


@dataclass(frozen=True)
class ErrorSpec:
    """The status and words of one kind of error."""

    status: int
    type: str
    message: str
    headers: tuple[tuple[str, str], ...] = ()


INVALID_REQUEST = "invalid_request_error"

ERRORS: dict[str, ErrorSpec] = {
    "invalid_request": ErrorSpec(400, INVALID_REQUEST, "The request was not valid."),
    "unauthorized": ErrorSpec(401, "authentication_error", "invalid x-api-key"),
    "spend_limit": ErrorSpec(402, "billing_error", "Your credit balance is too low."),
    "forbidden": ErrorSpec(403, "permission_error", "Your API key may not use this resource."),
    "not_found": ErrorSpec(404, "not_found_error", "Not found"),
    "too_large": ErrorSpec(413, "request_too_large", "Request exceeds the maximum size"),
    "rate_limited": ErrorSpec(
        429, "rate_limit_error", "This request would exceed your rate limit.", (("retry-after", "1"),)
    ),
    "server_error": ErrorSpec(500, "api_error", "Internal server error"),
    "timeout": ErrorSpec(504, "timeout_error", "The request timed out."),
    "overloaded": ErrorSpec(529, "overloaded_error", "Overloaded"),
}


@dataclass
class ApiError(Exception):
    """An error the client is to receive as the real service would send it."""

    kind: str
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def spec(self) -> ErrorSpec:
        """The table's row for this kind."""
        return ERRORS[self.kind]

    def body(self, request_id: str) -> JsonObject:
        """The JSON body, the same for an HTTP answer and for an SSE error event."""
        error = {"type": self.spec.type, "message": self.message or self.spec.message}
        return {"type": "error", "error": error, "request_id": request_id}

    def response_headers(self) -> dict[str, str]:
        """The headers that go with this error, such as retry-after."""
        return {**dict(self.spec.headers), **self.headers}


def invalid(message: str) -> ApiError:
    """Say what is wrong with the request."""
    return ApiError("invalid_request", message)
