"""OKRs as clients see them, described for the OpenAPI document; `render` makes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from knowledge.api.fields import NumberField
from knowledge.models import CheckIn, Cycle, Initiative, KeyResult, Objective

_PERCENT: dict[str, Any] = {
    "min_value": 0,
    "max_value": 100,
    "allow_null": True,
    "help_text": "0 to 100; null where it cannot be known.",
    "read_only": True,
}
COLOURS = ("red", "yellow", "green")
_SCORE: dict[str, Any] = {"max_digits": 3, "decimal_places": 2, "allow_null": True}


class CycleOutput(serializers.ModelSerializer[Cycle]):
    """A cycle."""

    class Meta:
        model = Cycle
        fields = [
            "id", "name", "status", "starts_on", "ends_on", "learnings",
            "created_at", "updated_at", "closed_at", "archived_at",
        ]  # fmt: skip
        read_only_fields = fields


@extend_schema_serializer(component_name="OkrKeyResultOutput")  # The coach's draft has key results too.
class KeyResultOutput(serializers.ModelSerializer[KeyResult]):
    """A key result with its progress."""

    baseline = NumberField(allow_null=True)
    target = NumberField(allow_null=True)
    band = NumberField(allow_null=True)
    weight = NumberField()
    current_value = NumberField(
        allow_null=True, help_text="From the newest check-in; null: never checked in."
    )
    score = NumberField(**_SCORE)
    score_colour = serializers.ChoiceField(choices=COLOURS, allow_null=True, read_only=True)
    progress = serializers.FloatField(**_PERCENT)

    class Meta:
        model = KeyResult
        fields = [
            "id", "objective", "title", "kind", "direction", "baseline", "target", "band", "unit", "weight",
            "position", "owner", "data_source", "due_on", "current_value", "confidence", "checked_in_at",
            "progress", "score", "score_colour", "score_reason", "external_id", "carried_from",
            "created_at", "updated_at", "archived_at",
        ]  # fmt: skip
        read_only_fields = fields


class ObjectiveOutput(serializers.ModelSerializer[Objective]):
    """An objective with its key results and progress."""

    owner_email = serializers.EmailField(source="owner.email")
    session = serializers.UUIDField(source="session_id", allow_null=True)
    outcome = serializers.CharField(
        allow_blank=True, help_text="achieved, partial, missed or abandoned; empty until it is closed."
    )
    score = NumberField(**_SCORE)
    score_colour = serializers.ChoiceField(choices=COLOURS, allow_null=True, read_only=True)
    progress = serializers.FloatField(**_PERCENT)
    measured = serializers.IntegerField(read_only=True, help_text="The key results whose progress is known.")
    key_results = KeyResultOutput(many=True)

    class Meta:
        model = Objective
        fields = [
            "id", "title", "description", "status", "outcome", "commitment", "cycle", "team", "owner",
            "owner_email", "parent_objective", "parent_key_result", "carried_from", "starts_on", "due_on",
            "context", "progress", "measured", "score", "score_colour", "score_reason", "learnings",
            "quality", "external_id", "session", "key_results",
            "created_at", "updated_at", "closed_at", "archived_at",
        ]  # fmt: skip
        read_only_fields = fields


class CarriedOverOutput(serializers.Serializer[Any]):
    """The copies in the next cycle."""

    objectives = ObjectiveOutput(many=True)


class CheckInOutput(serializers.ModelSerializer[CheckIn]):
    """A check-in."""

    value = NumberField()
    author_email = serializers.EmailField(source="author.email")

    class Meta:
        model = CheckIn
        fields = [
            "id", "key_result", "author", "author_email", "value", "confidence", "note",
            "external_id", "checked_in_at", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class InitiativeOutput(serializers.ModelSerializer[Initiative]):
    """A piece of work."""

    class Meta:
        model = Initiative
        fields = [
            "id", "objective", "key_result", "owner", "title", "status", "due_on", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class DimensionOutput(serializers.Serializer[Any]):
    """One side of quality."""

    score = serializers.FloatField(min_value=0, max_value=100)
    weight = serializers.FloatField(min_value=0, max_value=1)
    evidence = serializers.ListField(child=serializers.CharField())


class FindingOutput(serializers.Serializer[Any]):
    """One thing to talk about."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=["high", "medium", "low"])
    message = serializers.CharField()
    span = serializers.ListField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="Where in the text: from the first character to behind the last.",
    )
    confidence = serializers.FloatField(min_value=0, max_value=1)
    question = serializers.CharField()
    suggestion = serializers.CharField(allow_blank=True)


class AssessedOutput(serializers.Serializer[Any]):
    """The verdict on one text, or on the set."""

    score = serializers.FloatField(min_value=0, max_value=100)
    level = serializers.ChoiceField(choices=["excellent", "good", "acceptable", "needs_work", "poor"])
    dimensions = serializers.DictField(child=DimensionOutput())
    findings = FindingOutput(many=True)


class AssessmentOutput(serializers.Serializer[Any]):
    """The rubric's verdict; the set needs an objective and at least one key result."""

    objective = AssessedOutput(allow_null=True)
    key_results = AssessedOutput(many=True)
    set = AssessedOutput(allow_null=True)
