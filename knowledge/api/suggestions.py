"""Endpoints of the library's suggestions and what people did with them."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from knowledge.api.fields import ChoiceField, StrictInput
from knowledge.api.problems import COMMON, problems
from knowledge.library.content import Kind
from knowledge.models import FeedbackAction, LibraryEntry, User
from knowledge.rubric import Context, assess_objective
from knowledge.suggestions import SuggestionQuery, dismissed_slugs, record_feedback, suggest
from knowledge.suggestions.tuning import PHASES

MOST_SUGGESTIONS = 5
LONGEST_TEXT = 4000
LONGEST_CONTEXT = 500
_SLUG = OpenApiParameter("slug", OpenApiTypes.STR, OpenApiParameter.PATH, description="The suggestion's id.")


class SessionField(serializers.UUIDField):
    """A session's id as a text; numbers are refused instead of converted."""

    def to_internal_value(self, data: Any) -> UUID:
        """Give the id, or refuse."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return UUID(str(super().to_internal_value(data)))


class SuggestionsInput(serializers.Serializer[Any]):
    """What to look for."""

    text = serializers.CharField(
        max_length=LONGEST_TEXT, allow_blank=True, default="", help_text="The user's words or draft."
    )
    phase = serializers.ChoiceField(PHASES, required=False, help_text="Which kinds of items fit.")
    industry = serializers.CharField(
        max_length=LONGEST_CONTEXT, allow_blank=True, default="", help_text="In free words: `B2B SaaS`."
    )
    function = serializers.CharField(
        max_length=LONGEST_CONTEXT, allow_blank=True, default="", help_text="In free words: `HR`."
    )
    session = SessionField(required=False, help_text="Leaves out what the user dismissed in this session.")
    limit = serializers.IntegerField(min_value=1, max_value=MOST_SUGGESTIONS, default=MOST_SUGGESTIONS)


class SuggestionOutput(serializers.Serializer[Any]):
    """An item of the library that fits, and why."""

    id = serializers.CharField(help_text="Stable; feedback names it.")
    kind = serializers.ChoiceField([kind.value for kind in Kind])
    title = serializers.CharField()
    text = serializers.CharField()
    why = serializers.CharField()
    score = serializers.FloatField(min_value=0, max_value=1)


class SuggestionsOutput(serializers.Serializer[Any]):
    """Suggestions, best first; empty when nothing fits well."""

    results = SuggestionOutput(many=True)


class FeedbackInput(StrictInput):
    """What the user did with a suggestion."""

    action = ChoiceField([FeedbackAction.USED.value, FeedbackAction.DISMISSED.value])
    session = SessionField(
        required=False, allow_null=True, help_text="Without one, a dismissal holds for good."
    )
    phase = ChoiceField(PHASES, required=False)


class FeedbackOutput(serializers.Serializer[Any]):
    """The feedback as it is kept."""

    id = serializers.CharField()
    action = serializers.CharField()
    session = serializers.UUIDField(allow_null=True)


class InvalidQueryError(ValidationError):
    """A query parameter has a wrong value; the pointer names it."""

    def __init__(self, name: str, detail: object) -> None:
        super().__init__(str(detail))
        self.pointer = f"query:{name}"


class SuggestionsView(APIView):
    """Suggestions from the knowledge library."""

    @extend_schema(
        operation_id="knowledge_suggestions",
        parameters=[SuggestionsInput, *COMMON],
        responses={200: SuggestionsOutput, **problems(400)},
    )
    def get(self, request: Request) -> Response:
        """Rank the library for a text; at most five, and none rather than a weak one."""
        wanted = SuggestionsInput(data=request.query_params)
        if not wanted.is_valid():
            name, details = next(iter(wanted.errors.items()))
            raise InvalidQueryError(str(name), details[0])
        found = suggest(_query(wanted.validated_data, _user_of(request)))
        return Response({"results": [asdict(one) for one in found]})


class SuggestionFeedbackView(APIView):
    """Feedback on one suggestion."""

    @extend_schema(
        operation_id="knowledge_suggestion_feedback",
        request=FeedbackInput,
        responses={200: FeedbackOutput, **problems(404, body=True)},
        parameters=[_SLUG, *COMMON],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Note that the user used or dismissed it; saying it twice is saying it once."""
        entry = get_object_or_404(LibraryEntry, slug=slug)
        given = FeedbackInput(data=request.data)
        given.is_valid(raise_exception=True)
        action = FeedbackAction(given.validated_data["action"])
        session: UUID | None = given.validated_data.get("session")
        record_feedback(
            user=_user_of(request),
            entry=entry,
            action=action,
            session_id=session,
            phase=given.validated_data.get("phase", ""),
        )
        answer = FeedbackOutput({"id": entry.slug, "action": action.value, "session": session})
        return Response(answer.data, status=status.HTTP_200_OK)


def _query(wanted: dict[str, Any], user: User) -> SuggestionQuery:
    phase = wanted.get("phase", "")
    return SuggestionQuery(
        text=wanted["text"],
        phase=phase,
        industry=wanted["industry"],
        function=wanted["function"],
        finding_codes=_findings(wanted) if phase == "refinement" else (),
        limit=wanted["limit"],
        dismissed=dismissed_slugs(user_id=user.pk, session_id=wanted.get("session")),
    )


def _findings(wanted: dict[str, Any]) -> tuple[str, ...]:
    """Give what the rubric notices in an objective under refinement."""
    if not wanted["text"].strip():
        return ()
    context = Context(industry=wanted["industry"], function=wanted["function"])
    assessed = assess_objective(wanted["text"], context)
    return tuple(dict.fromkeys(finding.code.value for finding in assessed.findings))


def _user_of(request: Request) -> User:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
