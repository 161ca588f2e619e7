"""The limits as middleware: a request over its pace costs neither a session nor a database query."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from okrproject.exception_handler import Problem, respond
from okrproject.guard.pace import Exceeded, Limit, note_refusal, spend_request
from okrproject.metrics.guarding import LOCKED_OUT, THROTTLED

_UNLIMITED = ("/health/", "/metrics")
_WORDS = {
    Limit.KEY: "Too many requests with this API key",
    Limit.ADDRESS: "Too many requests from this address",
    Limit.REFUSALS: "Too many refused API keys from this address",
}
GetResponse = Callable[[HttpRequest], HttpResponse]


class PaceMiddleware:
    """Answers 429 to callers who ask faster than they may; see `okrproject.guard.pace`."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one request, or refuse it."""
        if request.path_info.startswith(_UNLIMITED):
            return self._get_response(request)
        if exceeded := spend_request(request):
            THROTTLED.labels(exceeded.limit).inc()
            return _refused(request, exceeded)
        response = self._get_response(request)
        if response.status_code == HTTPStatus.UNAUTHORIZED and "HTTP_AUTHORIZATION" in request.META:
            note_refusal(request)
        return response


def locked_out(_request: HttpRequest, _original: HttpResponse, _credentials: object) -> HttpResponse:
    """Answer a sign-in after too many failures from its address (`AXES_LOCKOUT_CALLABLE`)."""
    LOCKED_OUT.inc()
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return HttpResponse(
        f"Too many failed sign-ins from your address. Try again in {minutes} minutes.",
        status=HTTPStatus.TOO_MANY_REQUESTS,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": str(minutes * 60)},
    )


def _refused(request: HttpRequest, exceeded: Exceeded) -> HttpResponse:
    detail = f"{_WORDS[exceeded.limit]}; try again in {exceeded.seconds} s."
    headers = {"Retry-After": str(exceeded.seconds)}
    if request.path_info.startswith("/api/"):
        return respond(Problem(HTTPStatus.TOO_MANY_REQUESTS, "throttled", detail, headers=headers))
    return HttpResponse(
        detail,
        status=HTTPStatus.TOO_MANY_REQUESTS,
        content_type="text/plain; charset=utf-8",
        headers=headers,
    )
