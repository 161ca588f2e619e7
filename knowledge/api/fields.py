"""Fields that take JSON at its word, and references that stay inside the organization."""

from decimal import Decimal
from typing import Any

import orjson
from django.db.models import Model, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

MAX_TEXT = 10_000
MAX_TITLE = 2_000
MAX_CONTEXT_BYTES = 8 * 1024


class StrictInput(serializers.Serializer[Any]):
    """A body whose unknown fields are refused: a misspelt field would be ignored in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """Give the checked values, or refuse."""
        if isinstance(data, dict):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = {str(name): ["There is no such field."] for name in data if name not in writable}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class TextField(serializers.CharField):
    """A JSON text; numbers and booleans are refused instead of converted."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"max_length": MAX_TEXT} | options))

    def to_internal_value(self, data: Any) -> str:
        """Give the text, or refuse."""
        if not isinstance(data, str):
            self.fail("invalid")
        if not (self.allow_blank or data.strip()):
            self.fail("blank")
        return super().to_internal_value(data)


class ChoiceField(serializers.ChoiceField):
    """A JSON text that is one of a closed set."""

    def to_internal_value(self, data: Any) -> Any:
        """Give the choice, or refuse."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


@extend_schema_field({"type": "number"})
class NumberField(serializers.DecimalField):
    """A number with up to six decimals; a text holding one will do."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"max_digits": 24, "decimal_places": 6} | options))

    def to_internal_value(self, data: Any) -> Decimal:
        """Give the number, or refuse."""
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)

    def to_representation(self, value: Any) -> Any:
        """Give a JSON number: whole where it is whole."""
        if value is None:
            return None
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else float(number)


class WholeField(serializers.IntegerField):
    """A JSON number without a fraction."""

    def to_internal_value(self, data: Any) -> int:
        """Give the number, or refuse."""
        if isinstance(data, bool | str):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "object", "additionalProperties": {}})
class ContextField(serializers.Field[Any, Any, Any, Any]):
    """A free object that tells the rubric about industry, function, timeframe, team_size and scope."""

    default_error_messages = {
        "not_an_object": "Expected an object.",
        "too_large": f"The context holds at most {MAX_CONTEXT_BYTES} bytes of JSON.",
        "nul": "Null characters are not allowed.",
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Give the object, or refuse."""
        if not isinstance(data, dict):
            self.fail("not_an_object")
        try:
            written = orjson.dumps(data)
        except orjson.JSONEncodeError:
            # What was parsed can still be nested too deeply to be written.
            self.fail("too_large")
        if len(written) > MAX_CONTEXT_BYTES:
            self.fail("too_large")
        if b"\\u0000" in written:
            self.fail("nul")
        return dict(data)

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        """Give the object as stored."""
        return value


@extend_schema_field({"type": "string", "format": "uuid"})
class ReferenceField(serializers.Field[Any, Any, Any, Any]):
    """The id of another object of the user's organization; another organization's does not exist."""

    default_error_messages = {"missing": "There is no such object."}

    def __init__(self, among: QuerySet[Any], **options: Any) -> None:
        super().__init__(**options)
        self.among = among

    def to_internal_value(self, data: Any) -> Model:
        """Give the object, or refuse."""
        key = serializers.UUIDField().run_validation(data)
        organization = self.context["request"].user.organization_id
        found: Model | None = self.among.filter(pk=key, organization_id=organization).first()
        if found is None:
            self.fail("missing")
        return found

    def to_representation(self, value: Model) -> str:
        """Give the id."""
        return str(value.pk)
