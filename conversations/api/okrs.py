"""A session's way to its OKR: moving between phases, and taking the OKR along as a file."""

from decimal import Decimal
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.api.authentication import user_of
from conversations.api.outputs import SessionOutput
from conversations.api.render import session_json
from conversations.api.schema import COMMON, path_id, problems
from conversations.models import Session
from conversations.selectors import session_of
from conversations.services import Move, transition
from conversations.values import Draft, KeyResultDraft, Phase
from knowledge.exchange.records import KeyResultRecord, ObjectiveRecord
from knowledge.exchange.render import Format, render_okr

_SESSION = path_id("session_id", "The session.")


class TransitionInput(serializers.Serializer[object]):
    """The phase to enter."""

    phase = serializers.ChoiceField(choices=Phase.choices)
    force = serializers.BooleanField(default=False, help_text="Staff only: enter it all the same.")


class SessionTransitionView(GenericAPIView[Session]):
    """Moves a session between phases."""

    serializer_class = SessionOutput

    @extend_schema(
        operation_id="sessions_transition",
        request=TransitionInput,
        parameters=[_SESSION, *COMMON],
        responses={200: SessionOutput, **problems(404, body=True, conflicts="`transition_refused`")},
    )
    def post(self, request: Request, session_id: UUID) -> Response:
        """Enter a phase, or learn each condition that is not met."""
        wanted = TransitionInput(data=request.data)
        wanted.is_valid(raise_exception=True)
        session = transition(
            Move(
                session_id=session_id,
                actor=user_of(request),
                target=Phase(wanted.validated_data["phase"]),
                force=wanted.validated_data["force"],
            )
        )
        return Response(session_json(session))


class SessionExportView(GenericAPIView[Session]):
    """A session's OKR as a file."""

    serializer_class = SessionOutput

    @extend_schema(
        operation_id="sessions_export",
        parameters=[
            _SESSION,
            OpenApiParameter("format", OpenApiTypes.STR, enum=[one.value for one in Format], default="json"),
            *COMMON,
        ],
        responses={
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "text/markdown"): OpenApiTypes.BINARY,
            (200, "text/csv"): OpenApiTypes.BINARY,
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"): OpenApiTypes.BINARY,
            **problems(400, 404),
        },
    )
    def get(self, request: Request, session_id: UUID) -> HttpResponse:
        """Give the drafted OKR in the format asked for."""
        asked = request.query_params.get("format", Format.JSON.value)
        if asked not in {one.value for one in Format}:
            raise ValidationError({"format": [f"Choose one of {', '.join(one.value for one in Format)}."]})
        session = session_of(user_of(request), session_id)
        file = render_okr(_record(session), Format(asked), name=f"okr-{str(session.pk)[:8]}")
        headers = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
        return HttpResponse(file.content, content_type=file.media_type, headers=headers)


def _record(session: Session) -> ObjectiveRecord:
    draft = Draft.from_json(session.draft)
    return ObjectiveRecord(
        title=draft.objective or session.title or "No objective yet",
        key_results=tuple(_key_result(one) for one in draft.key_results),
    )


def _key_result(drafted: KeyResultDraft) -> KeyResultRecord:
    return KeyResultRecord(
        title=drafted.text,
        kind=drafted.kind,
        direction=drafted.direction,
        baseline=_decimal(drafted.baseline),
        target=_decimal(drafted.target),
        unit=drafted.unit,
    )


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))
