"""Endpoints of messages."""

import time
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.api.authentication import user_of
from conversations.api.headers import CACHE_CONTROLS, MAX_KEY, cache_control, idempotency_key
from conversations.api.inputs import MessageInput
from conversations.api.outputs import JobOutput, MessageOutput
from conversations.api.pagination import InTurn
from conversations.api.render import job_json, message_json
from conversations.api.schema import COMMON, path_id, problems, response_header
from conversations.models import Message
from conversations.selectors import messages_of
from conversations.services import Submission, submit_message
from conversations.values import Priority
from profiling.tracing import traces

_SESSION = path_id("session_id", "The session.")
_REQUEST_HEADERS = [
    OpenApiParameter(
        "Idempotency-Key",
        {"type": "string", "minLength": 1, "maxLength": MAX_KEY, "pattern": r"^[!-~][ -~]*$"},
        OpenApiParameter.HEADER,
        description="Makes a repeated request safe: the same key and request give the same job.",
    ),
    OpenApiParameter(
        "Cache-Control",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        enum=CACHE_CONTROLS,
        description="`no-cache`: answer anew; `no-store`: keep nothing either; "
        "`only-if-cached`: fail unless the answer is cached.",
    ),
]
_RESPONSE_HEADERS = [
    response_header("Location", "The job.", 202),
    response_header("Retry-After", "Seconds after which asking is worth while.", 202, kind=OpenApiTypes.INT),
    response_header("Idempotency-Replayed", "`true` when an earlier request had made the job.", 202),
]


class MessageListView(GenericAPIView[Message]):
    """What was said in a session."""

    serializer_class = MessageOutput
    pagination_class = InTurn
    filter_backends = []

    @extend_schema(
        operation_id="messages_list",
        parameters=[_SESSION, *COMMON],
        responses={200: MessageOutput(many=True), **problems(400, 404)},
    )
    def get(self, request: Request, session_id: UUID) -> Response:
        """List the conversation, oldest first."""
        page = self.paginate_queryset(messages_of(user_of(request), session_id))
        return self.get_paginated_response([message_json(one) for one in page or ()])

    @extend_schema(
        operation_id="messages_create",
        request=MessageInput,
        parameters=[_SESSION, *_REQUEST_HEADERS, *_RESPONSE_HEADERS, *COMMON],
        responses={
            202: JobOutput,
            **problems(
                404,
                body=True,
                conflicts="`session_busy`, `idempotency_key_reused`",
                refusals="`too_busy` (the answer would take too long), `budget_exhausted`",
            ),
        },
    )
    def post(self, request: Request, session_id: UUID) -> Response:
        """Send a message; the job that will answer it is promised once this returns."""
        began = time.perf_counter()
        wanted = MessageInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        accepted = submit_message(
            Submission(
                user=user_of(request),
                session_id=session_id,
                content=wanted.validated_data["content"],
                priority=Priority(wanted.validated_data["priority"]),
                idempotency_key=idempotency_key(request),
                cache_control=cache_control(request),
                expires_at=wanted.validated_data.get("expires_at"),
            )
        )
        headers = {"Location": f"/api/v1/jobs/{accepted.job.pk}/", "Retry-After": "1"}
        if accepted.replayed:
            headers["Idempotency-Replayed"] = "true"
        else:
            caller = request.headers.get("traceparent", "")
            ms = (time.perf_counter() - began) * 1000
            traces().accepted(accepted.job.pk, ms=ms, traceparent=caller)
        return Response(
            job_json(accepted.job, ahead=accepted.ahead), status=status.HTTP_202_ACCEPTED, headers=headers
        )
