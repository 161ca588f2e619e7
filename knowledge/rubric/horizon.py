"""How far a text reaches, in time and in people, against the reach of whoever wrote it."""

from typing import Final

from knowledge.rubric.lexicon.bag import bag
from knowledge.rubric.quantities import Kind
from knowledge.rubric.reading import Token
from knowledge.rubric.shape import Shape
from knowledge.rubric.values import Context

DAYS: Final = {"day": 1, "week": 7, "month": 31, "quarter": 92, "half": 183, "year": 366, "annual": 366}
#: A text may name a time somewhat longer than its cycle before it counts as reaching beyond it.
LEEWAY: Final = 1.5
WIDE: Final = bag(
    """
    world worldwide global globally planet humanity nation national country industry company companywide
    organisation organization enterprise corporate everyone society economy
    """
)
TINY: Final = bag("my page button screen ticket desk personal myself icon")
SMALL_SCOPES: Final = bag("team individual personal squad")
LARGE_SCOPES: Final = bag("company organisation organization enterprise corporate global group")
SMALL_TEAM: Final = 5


def _cycle_days(timeframe: str) -> int | None:
    folded = timeframe.lower()
    if folded[:1] in ("q", "h") and folded[1:2].isdigit():
        return DAYS["quarter"] if folded[0] == "q" else DAYS["half"]
    return next((days for name, days in DAYS.items() if name in folded), None)


def beyond_cycle(shape: Shape, context: Context) -> Token | None:
    """Find a stretch of time in the text that is clearly longer than the cycle."""
    cycle = _cycle_days(context.timeframe) if context.timeframe else None
    if cycle is None:
        return None
    for quantity in shape.quantities:
        unit = shape.reading.tokens[quantity.index + 1 : quantity.index + 2]
        days = DAYS.get(unit[0].text.rstrip("s")) if unit else None
        if quantity.kind is Kind.FRAME and days and quantity.value and quantity.value * days > cycle * LEEWAY:
            return quantity.token
    return None


def out_of_scope(shape: Shape, context: Context) -> Token | None:
    """Find the word that reaches far beyond, or stays far below, the scope of the author."""
    scope = set(context.scope.lower().split())
    small = bool(scope & SMALL_SCOPES) or (not scope and 0 < (context.team_size or 0) <= SMALL_TEAM)
    wanted = WIDE if small else TINY if scope & LARGE_SCOPES else frozenset()
    return next((word for word in shape.reading.words if word.text in wanted), None)
