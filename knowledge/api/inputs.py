"""What clients send about OKRs, checked once."""

from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from rest_framework import serializers

from knowledge.api.fields import (
    MAX_TITLE,
    ChoiceField,
    ContextField,
    NumberField,
    ReferenceField,
    StrictInput,
    TextField,
    WholeField,
)
from knowledge.choices import (
    Commitment,
    CycleStatus,
    Direction,
    InitiativeStatus,
    Kind,
    ObjectiveStatus,
    Outcome,
)
from knowledge.models import Cycle, KeyResult, Objective, Team, User
from knowledge.services import Closing, Score

_OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}
MAX_TEXT_ASSESSED = 5_000


class CycleInput(StrictInput):
    """A cycle to create or change; it is closed and archived at its own addresses."""

    name = TextField(max_length=100)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last day.")
    status = ChoiceField(choices=CycleStatus.choices, required=False)
    learnings = TextField(allow_blank=True, required=False)


class ObjectiveInput(StrictInput):
    """An objective to create or change; it is closed and archived at its own addresses."""

    title = TextField(max_length=MAX_TITLE, trim_whitespace=False)
    description = TextField(allow_blank=True, required=False)
    status = ChoiceField(
        choices=ObjectiveStatus.choices, required=False, help_text="An open status reopens an ended one."
    )
    commitment = ChoiceField(choices=Commitment.choices, required=False)
    cycle = ReferenceField(Cycle.objects.all(), **_OPTIONAL)
    team = ReferenceField(Team.objects.all(), **_OPTIONAL)
    owner = ReferenceField(User.objects.filter(is_active=True), required=False, help_text="You, by default.")
    parent_objective = ReferenceField(Objective.objects.all(), **_OPTIONAL)
    parent_key_result = ReferenceField(KeyResult.objects.all(), **_OPTIONAL)
    starts_on = serializers.DateField(**_OPTIONAL)
    due_on = serializers.DateField(**_OPTIONAL)
    context = ContextField(required=False)  # type: ignore[assignment]  # `context` is DRF's word too.
    external_id = TextField(max_length=200, allow_blank=True, required=False)


class KeyResultInput(StrictInput):
    """A key result to create or change. Its current value comes from check-ins."""

    title = TextField(max_length=MAX_TITLE, trim_whitespace=False)
    kind = ChoiceField(choices=Kind.choices, required=False)
    direction = ChoiceField(choices=Direction.choices, required=False)
    baseline = NumberField(help_text="Null: not known yet.", **_OPTIONAL)
    target = NumberField(**_OPTIONAL)
    band = NumberField(
        min_value=Decimal(0), help_text="How far from its target a maintained value may be.", **_OPTIONAL
    )
    unit = TextField(max_length=60, allow_blank=True, required=False)
    weight = NumberField(max_digits=8, decimal_places=3, min_value=Decimal(0), required=False)
    position = WholeField(min_value=0, max_value=32_767, required=False)
    owner = ReferenceField(User.objects.filter(is_active=True), **_OPTIONAL)
    data_source = TextField(max_length=200, allow_blank=True, required=False)
    due_on = serializers.DateField(**_OPTIONAL)
    external_id = TextField(max_length=200, allow_blank=True, required=False)


class NewKeyResultInput(KeyResultInput):
    """A key result to create."""

    objective = ReferenceField(Objective.objects.all(), help_text="Never changes.")


class CheckInInput(StrictInput):
    """A value at a moment; never changed once written."""

    key_result = ReferenceField(KeyResult.objects.all())
    value = NumberField()
    confidence = WholeField(min_value=0, max_value=10, help_text="A forecast, 0 to 10.", **_OPTIONAL)
    note = TextField(allow_blank=True, required=False)
    checked_in_at = serializers.DateTimeField(required=False, help_text="Now, by default.")
    external_id = TextField(max_length=200, allow_blank=True, required=False)


class InitiativeInput(StrictInput):
    """A piece of work to change."""

    title = TextField(max_length=MAX_TITLE)
    status = ChoiceField(choices=InitiativeStatus.choices, required=False)
    key_result = ReferenceField(KeyResult.objects.all(), **_OPTIONAL)
    owner = ReferenceField(User.objects.filter(is_active=True), **_OPTIONAL)
    due_on = serializers.DateField(**_OPTIONAL)


class NewInitiativeInput(InitiativeInput):
    """A piece of work to create."""

    objective = ReferenceField(Objective.objects.all(), help_text="Never changes.")


class ScoreInput(StrictInput):
    """A score given at close, with its reason."""

    score = NumberField(max_digits=3, decimal_places=2, min_value=Decimal(0), max_value=Decimal(1))
    score_reason = TextField(max_length=MAX_TITLE)


class KeyResultScoreInput(ScoreInput):
    """A key result's score."""

    id = serializers.UUIDField()


class ClosingInput(StrictInput):
    """How an objective ends. Without a score of its own it gets the weighted mean of its key results'."""

    outcome = ChoiceField(choices=Outcome.choices)
    learnings = TextField(allow_blank=True, required=False)
    score = NumberField(
        max_digits=3, decimal_places=2, min_value=Decimal(0), max_value=Decimal(1), required=False
    )
    score_reason = TextField(max_length=MAX_TITLE, required=False)
    key_results = KeyResultScoreInput(many=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a score without its reason."""
        if ("score" in attrs) != ("score_reason" in attrs):
            raise serializers.ValidationError({"score_reason": ["A score and its reason come together."]})
        return attrs


class ObjectiveClosingInput(ClosingInput):
    """How one objective of a cycle ends."""

    id = serializers.UUIDField()


class CycleClosingInput(StrictInput):
    """How a cycle ends: what it taught, and how each of its open objectives ends."""

    learnings = TextField(allow_blank=True, required=False)
    objectives = ObjectiveClosingInput(many=True, required=False)


class CarryOverInput(StrictInput):
    """What to carry over, and into which cycle."""

    into = serializers.UUIDField(required=False, help_text="The next open cycle, by default.")
    objectives = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=1000,
        help_text="By default all that were neither achieved, abandoned nor archived.",
    )


class AssessmentInput(StrictInput):
    """An OKR to assess, as far as it exists."""

    objective = TextField(max_length=MAX_TEXT_ASSESSED, allow_blank=True, **_OPTIONAL)
    key_results = serializers.ListField(
        child=TextField(max_length=MAX_TEXT_ASSESSED), required=False, max_length=20
    )
    context = ContextField(**_OPTIONAL)  # type: ignore[assignment]  # `context` is DRF's word too.


def closing_of(given: dict[str, Any]) -> Closing:
    """Read one objective's closing from checked data."""
    score = Score(given["score"], given["score_reason"]) if "score" in given else None
    results = {
        cast("UUID", one["id"]): Score(one["score"], one["score_reason"])
        for one in given.get("key_results", ())
    }
    return Closing(
        outcome=Outcome(given["outcome"]),
        learnings=given.get("learnings", ""),
        score=score,
        key_results=results,
    )
