"""How far a target lies from where things stand."""

from typing import Final

from knowledge.rubric.effects import pairs
from knowledge.rubric.lexicon import tags
from knowledge.rubric.quantities import Kind, Quantity
from knowledge.rubric.shape import Shape
from knowledge.rubric.weights import ABSURD_MULTIPLE, TIMID_CHANGE, TIMID_GAP, TINY_PERCENT

#: Ratings end at 5 or 10, percentages at 100.
RATING_CEILINGS: Final = (5.0, 10.0)


def _ceiling(left: Quantity, right: Quantity) -> float | None:
    highest = max(left.value or 0.0, right.value or 0.0)
    if right.kind is Kind.PERCENT or left.kind is Kind.PERCENT:
        return 100.0 if highest <= 100 else None
    return next((ceiling for ceiling in RATING_CEILINGS if highest <= ceiling), None)


def _hardly_differs(left: Quantity, right: Quantity) -> bool:
    """Compare with the baseline, and near a ceiling with the gap left: 99.5 % to 99.9 % is bold."""
    if left.value is None or right.value is None or left.value <= 0:
        return False
    step = abs(right.value - left.value)
    ceiling = _ceiling(left, right)
    gap = step / (ceiling - left.value) if ceiling is not None and left.value < ceiling else 0.0
    return step / left.value < TIMID_CHANGE and gap < TIMID_GAP


def _tiny_step(shape: Shape) -> bool:
    tokens = shape.reading.tokens
    for quantity in shape.measures:
        by = quantity.index > 0 and tokens[quantity.index - 1].text in ("by", "least")
        after = tokens[quantity.index + 1 : quantity.index + 4]
        points = any(token.text.startswith(("point", "pp", "bp")) for token in after)
        tiny = quantity.value is not None and 0 < quantity.value <= TINY_PERCENT
        if quantity.kind is Kind.PERCENT and by and tiny and not points and shape.verb_is(tags.CHANGE):
            return True
    return False


def is_timid(shape: Shape) -> bool:
    """Say whether the target hardly differs from where things stand."""
    return any(_hardly_differs(left, right) for left, right in pairs(shape)) or _tiny_step(shape)


def relative_change(shape: Shape) -> float:
    """Give the largest change from a baseline to its target, relative to the baseline."""
    changes = (
        abs(right.value - left.value) / abs(left.value)
        for left, right in pairs(shape)
        if left.value and right.value is not None
    )
    return max(changes, default=0.0)


def is_absurd(quantity: Quantity) -> bool:
    """Say whether nobody would believe a multiple or a percentage."""
    if quantity.value is None:
        return False
    if quantity.kind is Kind.MULTIPLE:
        return quantity.value > ABSURD_MULTIPLE
    return quantity.kind is Kind.PERCENT and quantity.value > ABSURD_MULTIPLE * 100
