"""Fields that take JSON at its word: a number is not a text, and a text not a number."""

from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from conversations.api.problems import ContentTooLargeError
from conversations.services.submit import MAX_MESSAGE_BYTES

MAX_CONTEXT_BYTES = 8 * 1024
MAX_CONTEXT_DEPTH = 5
MAX_CONTEXT_TEXT = 500
MAX_TEAM_SIZE = 10_000_000
CONTEXT_TEXTS = ("industry", "function", "timeframe", "scope")


class StrictTextField(serializers.CharField):
    """A JSON text; numbers and booleans are refused instead of converted."""

    def to_internal_value(self, data: Any) -> str:
        """Give the text, or refuse."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictChoiceField(serializers.ChoiceField):
    """A JSON text that is one of a closed set."""

    def to_internal_value(self, data: Any) -> Any:
        """Give the choice, or refuse."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class MessageField(StrictTextField):
    """What the user says: kept exactly as sent, at most 32 KiB of UTF-8."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Give the text, or refuse; a text that is too long is 413 with a pointer to it."""
        text = super().to_internal_value(data)
        if not text.strip():
            self.fail("blank")
        if len(text.encode()) > MAX_MESSAGE_BYTES:
            raise ContentTooLargeError(
                f"A message holds at most {MAX_MESSAGE_BYTES} bytes of UTF-8 text.",
                pointer=f"/{self.field_name}",
            )
        return text


class LifetimeField(serializers.DateTimeField):
    """A moment with its zone, ahead of now and no further than a message may live."""

    def to_internal_value(self, value: Any) -> datetime:
        """Give the moment, or refuse."""
        moment = parsed_moment(value) if isinstance(value, str) else None
        now = timezone.now()
        if moment is None:
            raise serializers.ValidationError(
                "Expected a moment with its zone, such as 2026-01-31T12:00:00Z."
            )
        if not now < moment <= now + settings.JOB_EXPIRY:
            most = settings.JOB_EXPIRY.total_seconds()
            raise serializers.ValidationError(f"Expected a moment within the next {most:.0f} seconds.")
        return moment


def parsed_moment(text: str) -> datetime | None:
    """Read a moment with its zone; None when it is none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


_CONTEXT_SCHEMA = {
    "type": "object",
    "description": (
        "What the coach should know. The five keys below are understood; others are kept for the client. "
        f"At most {MAX_CONTEXT_BYTES} bytes of JSON and {MAX_CONTEXT_DEPTH} levels; null leaves a key out."
    ),
    "properties": {
        **{
            name: {"type": "string", "maxLength": MAX_CONTEXT_TEXT, "nullable": True}
            for name in CONTEXT_TEXTS
        },
        "team_size": {"type": "integer", "minimum": 1, "maximum": MAX_TEAM_SIZE, "nullable": True},
    },
    "additionalProperties": {},
    "example": {"industry": "software", "function": "product", "timeframe": "quarter", "team_size": 8},
}


@extend_schema_field(_CONTEXT_SCHEMA)
class ContextField(serializers.Field[Any, Any, Any, Any]):
    """A session's context: known keys typed, free keys bounded."""

    default_error_messages = {
        "not_an_object": "Expected an object.",
        "text": f"Expected a text of at most {MAX_CONTEXT_TEXT} characters.",
        "team_size": f"Expected a whole number from 1 to {MAX_TEAM_SIZE}.",
        "too_large": f"The context holds at most {MAX_CONTEXT_BYTES} bytes of JSON.",
        "too_deep": f"The context holds at most {MAX_CONTEXT_DEPTH} levels.",
        "nul": "Null characters are not allowed.",
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Give the context without its nulls, or refuse."""
        if not isinstance(data, dict):
            self.fail("not_an_object")
        if _depth(data, MAX_CONTEXT_DEPTH + 1) > MAX_CONTEXT_DEPTH:
            self.fail("too_deep")
        encoded = orjson.dumps(data)
        if len(encoded) > MAX_CONTEXT_BYTES:
            self.fail("too_large")
        context = {name: value for name, value in data.items() if value is not None}
        self._check_known(context)
        if _holds_nul(data):
            self.fail("nul")
        return context

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        """Give the context as stored."""
        return value

    def _check_known(self, context: dict[str, Any]) -> None:
        problems = {}
        for name in CONTEXT_TEXTS:
            text = context.get(name, "")
            if not isinstance(text, str) or len(text) > MAX_CONTEXT_TEXT:
                problems[name] = [self.error_messages["text"]]
        if "team_size" in context:
            size = whole(context["team_size"])
            if size is None or not 1 <= size <= MAX_TEAM_SIZE:
                problems["team_size"] = [self.error_messages["team_size"]]
            else:
                context["team_size"] = size
        if problems:
            raise serializers.ValidationError(problems)


def whole(value: object) -> int | None:
    """Read a JSON number without a fraction; `8.0` is one, `true` is not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == int(value) else None


def _depth(value: object, most: int) -> int:
    if most == 0 or not isinstance(value, dict | list):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max((_depth(one, most - 1) for one in inner), default=0)


def _holds_nul(value: object) -> bool:
    match value:
        case str():
            return "\x00" in value
        case dict():
            return any("\x00" in name or _holds_nul(one) for name, one in value.items())
        case list():
            return any(_holds_nul(one) for one in value)
        case _:
            return False
