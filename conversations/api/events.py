"""The beginning of a job's event stream; what follows is sent in front of this application."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conversations.api.authentication import user_of
from conversations.api.problems import InvalidParameterError
from conversations.api.schema import COMMON, path_id, problems, response_header
from conversations.events.frames import MEDIA_TYPE, retry_hint, server_sent
from conversations.events.values import EventId, Queued, Told, UnreadableIdError, event_id
from conversations.models import OPEN
from conversations.selectors import job_of, queue_place
from conversations.values import JobStatus
from conversations.waiting import STILL_OPEN_HEADER

RETRY_MS = 1000
_QUEUED = EventId(0, 1)
_ID_PATTERN = r"^[0-9]{1,10}-[0-9]{1,10}$"
_NAMES = ["queued", "started", "step", "cache", "token", "reset", *sorted(set(JobStatus) - set(OPEN))]
_EVENT = {
    "type": "object",
    "required": ["id", "event", "data"],
    "properties": {
        "id": {"type": "string", "pattern": _ID_PATTERN},
        "event": {"type": "string", "enum": [str(name) for name in _NAMES]},
        "data": {"type": "string", "description": "A JSON object."},
    },
}


def resume_point(last_event_id: str | None, after: str | None) -> EventId | None:
    """Give the last event a client has; the header wins, since browsers repeat the first URL.

    Raises InvalidParameterError.
    """
    try:
        asked = event_id(after) if after is not None else None
    except UnreadableIdError:
        raise InvalidParameterError("query", "after", "Expected the id of an event.") from None
    try:
        return event_id(last_event_id) if last_event_id is not None else asked
    except UnreadableIdError:
        raise InvalidParameterError("header", "Last-Event-ID", "Expected the id of an event.") from None


class EventStreamRenderer(BaseRenderer):
    """Hands bytes through."""

    media_type = MEDIA_TYPE
    format = "events"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Give the bytes."""
        return data


class OneForm(BaseContentNegotiation):
    """There is one form of answer, whatever the client says it accepts."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        """Read nothing."""
        return None

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """Give the only renderer."""
        only = next(iter(renderers))
        return only, only.media_type


class JobEventsView(APIView):
    """What happens to a job, while it happens."""

    renderer_classes = [EventStreamRenderer]
    content_negotiation_class = OneForm

    @extend_schema(
        operation_id="jobs_events",
        parameters=[
            path_id("job_id", "The job."),
            OpenApiParameter(
                "after",
                {"type": "string", "pattern": _ID_PATTERN},
                OpenApiParameter.QUERY,
                description="The last event the client has; the stream goes on after it.",
            ),
            OpenApiParameter(
                "Last-Event-ID",
                {"type": "string", "pattern": _ID_PATTERN},
                OpenApiParameter.HEADER,
                description="The same, as browsers send it when they connect again; it goes before `after`.",
            ),
            response_header("Cache-Control", "Always `no-store`.", 200),
            *COMMON,
        ],
        responses={
            (200, MEDIA_TYPE): OpenApiResponse(
                _EVENT,
                description="Server-sent events. `queued` {position, eta_ms}, `started` {attempt}, `step` "
                "{name, ms}, `cache` {status, reason, age_seconds}, `token` {text}, `reset` {attempt}: what "
                "was written so far is void; and at the end exactly one of `succeeded`, `failed`, "
                "`cancelled` or `superseded` {job}. Ids are `{attempt}-{number}` and only grow. A comment "
                "every ten seconds keeps the connection open.",
            ),
            **problems(400, 404),
        },
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        """Watch a job from its start, or from where the client left off, to its end."""
        after = resume_point(request.META.get("HTTP_LAST_EVENT_ID"), request.query_params.get("after"))
        job = job_of(user_of(request), job_id)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        if job.status in OPEN:
            headers[STILL_OPEN_HEADER] = "1"
        body = retry_hint(RETRY_MS)
        if after is None or after < _QUEUED:
            place = queue_place(job)
            queued = Queued(place.position, place.eta_ms) if place else Queued()
            body += server_sent(Told(_QUEUED, queued))
        return Response(body, headers=headers)
