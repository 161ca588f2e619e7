"""What clients send: bodies and query parameters, checked once."""

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework import serializers
from rest_framework.request import Request

from conversations.api.fields import (
    ContextField,
    LifetimeField,
    MessageField,
    StrictChoiceField,
    StrictTextField,
)
from conversations.api.problems import InvalidParameterError
from conversations.selectors import SessionFilter
from conversations.services.submit import MAX_MESSAGE_BYTES
from conversations.values import DoubleText, Phase, Priority

MAX_SEARCH = 200


class StrictInput(serializers.Serializer[Any]):
    """A body whose unknown fields are refused: a misspelt field would be ignored in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """Give the checked values, or refuse."""
        if isinstance(data, dict):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = {name: ["There is no such field."] for name in data if name not in writable}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class SessionInput(StrictInput):
    """A session to open, or what to change in one; every field is optional."""

    title = StrictTextField(max_length=200, allow_blank=True, required=False)
    context = ContextField(required=False)  # type: ignore[assignment]  # `context` is DRF's word too.
    double_text = StrictChoiceField(
        choices=DoubleText.choices,
        required=False,
        help_text="What a second message does while the first is still unanswered.",
    )


class MessageInput(StrictInput):
    """A message to the coach."""

    content = MessageField(
        max_length=MAX_MESSAGE_BYTES, help_text="At most 32 KiB of UTF-8 text; not blank, no null characters."
    )
    priority = StrictChoiceField(
        choices=Priority.choices, default=Priority.INTERACTIVE, help_text="The queue the job waits in."
    )
    expires_at = LifetimeField(
        required=False,
        help_text="After this moment the answer is not wanted any more: the job ends as `expired`.",
    )


def session_filter(request: Request) -> SessionFilter:
    """Read the filters of a session list, or raise InvalidParameterError."""
    given = request.query_params
    phase = given.get("phase", "")
    if phase and phase not in Phase.values:
        raise InvalidParameterError("query", "phase", f"Expected one of {', '.join(Phase.values)}.")
    search = given.get("search", "").strip()
    if len(search) > MAX_SEARCH or "\x00" in search:
        raise InvalidParameterError("query", "search", f"Expected a text of at most {MAX_SEARCH} characters.")
    return SessionFilter(phase=phase, search=search, updated_after=_moment(given.get("updated_after", "")))


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        # A plus sign that was not percent-encoded arrives as a space.
        moment = parse_datetime(text.replace(" ", "+") if text.count(":") > 2 else text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidParameterError(
            "query", "updated_after", "Expected a moment with its zone, such as 2026-01-31T12:00:00Z."
        )
    return moment
