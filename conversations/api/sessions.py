"""Endpoints of sessions."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.api.authentication import user_of
from conversations.api.inputs import SessionInput, session_filter
from conversations.api.outputs import OkrOutput, SessionOutput
from conversations.api.pagination import NewestFirst
from conversations.api.render import okr_json, session_json
from conversations.api.schema import COMMON, path_id, problems, response_header
from conversations.models import Session
from conversations.selectors import session_of, sessions_of
from conversations.services import create_session, delete_session, update_session
from conversations.values import DoubleText, Phase

_FILTERS = [
    OpenApiParameter("phase", OpenApiTypes.STR, enum=Phase.values, description="Sessions in this phase."),
    OpenApiParameter("updated_after", OpenApiTypes.DATETIME, description="Sessions changed since then."),
    OpenApiParameter("search", OpenApiTypes.STR, description="A text in the title or a message, any case."),
]
_SESSION = path_id("session_id", "The session.")


class SessionListView(GenericAPIView[Session]):
    """The user's sessions."""

    serializer_class = SessionOutput
    pagination_class = NewestFirst
    filter_backends = []

    @extend_schema(
        operation_id="sessions_list",
        parameters=[*_FILTERS, *COMMON],
        responses={200: SessionOutput(many=True), **problems(400)},
    )
    def get(self, request: Request) -> Response:
        """List the user's sessions, newest first."""
        page = self.paginate_queryset(sessions_of(user_of(request), session_filter(request)))
        return self.get_paginated_response([session_json(one) for one in page or ()])

    @extend_schema(
        operation_id="sessions_create",
        request=SessionInput,
        parameters=[response_header("Location", "The new session.", 201), *COMMON],
        responses={201: SessionOutput, **problems(body=True)},
    )
    def post(self, request: Request) -> Response:
        """Open a session."""
        wanted = _checked(request)
        session = create_session(
            user=user_of(request),
            title=wanted.get("title", ""),
            context=wanted.get("context", {}),
            double_text=DoubleText(wanted.get("double_text", DoubleText.QUEUE)),
        )
        return Response(
            session_json(session),
            status=status.HTTP_201_CREATED,
            headers={"Location": f"/api/v1/sessions/{session.pk}/"},
        )


class SessionView(GenericAPIView[Session]):
    """One session."""

    serializer_class = SessionOutput

    @extend_schema(
        operation_id="sessions_retrieve",
        parameters=[_SESSION, *COMMON],
        responses={200: SessionOutput, **problems(404)},
    )
    def get(self, request: Request, session_id: UUID) -> Response:
        """Show a session."""
        return Response(session_json(session_of(user_of(request), session_id)))

    @extend_schema(
        operation_id="sessions_update",
        request=SessionInput,
        parameters=[_SESSION, *COMMON],
        responses={200: SessionOutput, **problems(404, body=True)},
    )
    def patch(self, request: Request, session_id: UUID) -> Response:
        """Change title, context (as a whole) or double_text."""
        session = session_of(user_of(request), session_id)
        wanted = _checked(request)
        double_text = DoubleText(wanted["double_text"]) if "double_text" in wanted else None
        session = update_session(
            session, title=wanted.get("title"), context=wanted.get("context"), double_text=double_text
        )
        return Response(session_json(session))

    @extend_schema(
        operation_id="sessions_delete",
        parameters=[_SESSION, *COMMON],
        responses={204: None, **problems(404)},
    )
    def delete(self, request: Request, session_id: UUID) -> Response:
        """Delete a session; its open jobs are cancelled."""
        delete_session(session_of(user_of(request), session_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionOkrView(GenericAPIView[Session]):
    """A session's OKR."""

    serializer_class = OkrOutput

    @extend_schema(
        operation_id="sessions_okr",
        parameters=[_SESSION, *COMMON],
        responses={200: OkrOutput, **problems(404)},
    )
    def get(self, request: Request, session_id: UUID) -> Response:
        """Show the drafted OKR with its scores."""
        return Response(okr_json(session_of(user_of(request), session_id)))


def _checked(request: Request) -> dict[str, Any]:
    wanted = SessionInput(data=request.data)
    wanted.is_valid(raise_exception=True)
    return dict(wanted.validated_data)
