"""What is rendered is what the OpenAPI document describes."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from rest_framework import serializers

from knowledge.api import outputs, render
from knowledge.models import CheckIn, Cycle, Initiative, KeyResult, Objective, User

OWNER = User(email="ann@example.com")


def an_objective() -> Objective:
    """Build an objective that no database knows."""
    objective = Objective(owner=OWNER, title="Grow")
    objective._prefetched_objects_cache = {  # type: ignore[attr-defined]  # what prefetching leaves there.
        "key_results": [KeyResult(objective=objective, title="From 0 to 4", baseline=0, target=Decimal(4))]
    }
    return objective


@pytest.mark.parametrize(
    ("output", "document"),
    [
        (outputs.CycleOutput, lambda: render.cycle_document(Cycle(starts_on=date(2026, 1, 1)))),
        (outputs.ObjectiveOutput, lambda: render.objective_document(an_objective())),
        (outputs.KeyResultOutput, lambda: render.key_result_document(KeyResult())),
        (outputs.CheckInOutput, lambda: render.check_in_document(CheckIn(author=OWNER, value=Decimal(1)))),
        (outputs.InitiativeOutput, lambda: render.initiative_document(Initiative())),
    ],
)
def test_a_document_has_the_fields_that_are_described(
    output: type[serializers.BaseSerializer[Any]], document: Callable[[], dict[str, Any]]
) -> None:
    described = output()

    assert isinstance(described, serializers.Serializer)
    assert set(document()) == set(described.fields)


@pytest.mark.parametrize(
    ("value", "shown"), [(None, None), (Decimal("4.000000"), 4), (Decimal("-0.5"), -0.5), (Decimal(0), 0)]
)
def test_numbers_are_shown_as_short_as_they_are(value: Decimal | None, shown: float | None) -> None:
    found = render.number(value)

    assert (found, type(found)) == (shown, type(shown))
