"""Numbers in the user's words: quantities with their units, and movements from one value to another."""

import re
from dataclasses import dataclass, replace

from profiling.simulator.draft import DraftResult
from profiling.simulator.words import listed

_UNITS = (
    r"%|percentage points|percent|points?|hours?|days?|weeks?|months?|minutes?|mins?|seconds?|secs?|ms|years?"
    r"|customers|users|people|orders|tickets|incidents|defects|leads|visits|calls|deals|out of \d+|/\d+"
)
_QUANTITY = (
    r"(?P<sign{n}>(?<![\w.%])[-−])?(?P<currency{n}>[$€£])?(?P<number{n}>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?P<scale{{n}}>\s?(?:k|m|bn|thousand|million|billion)(?![a-z]))?(?:\s?(?P<unit{{n}}>{_UNITS})(?![a-z]))?"
)
_BOUND = r"(?:about |around |roughly |at least |at most |under |below |over |above |less than |more than )?"
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}

# Years, quarters and dates are times, not measures.
_TIMES = re.compile(r"\b(?:q[1-4](?:\s*20\d\d)?|20[2-4]\d|h[12])\b", re.IGNORECASE)
QUANTITY = re.compile(_QUANTITY.format(n=""), re.IGNORECASE)
FROM_TO = re.compile(
    rf"\bfrom\s+{_BOUND}{_QUANTITY.format(n=1)}[^.;\d]{{0,40}}?\s*(?:\bto\b|->|→)\s+{_BOUND}{_QUANTITY.format(n=2)}",
    re.IGNORECASE,
)
NOW_AND_WANTED = re.compile(
    rf"{_QUANTITY.format(n=1)}(?:[^.;\n\d]|\.(?!\s))*?"
    r"\b(?:want|reach|target|aim|goal|get to|should be|hit|like)\b[^.;\n\d$€£]*"
    rf"{_QUANTITY.format(n=2)}",
    re.IGNORECASE,
)

DECREASING = listed("reduce cut lower decrease shorten shrink halve drop under below less limit bring")
MAINTAINING = listed("keep maintain hold stay sustain")
MILESTONES = listed("launch ship complete finish deliver open publish roll pass")


@dataclass(frozen=True)
class Quantity:
    """A number as written, and its value."""

    number: float
    scale: str
    unit: str
    text: str

    @property
    def value(self) -> float:
        """The value with its scale applied: 5M is 5,000,000."""
        return self.number * _SCALES.get(self.scale.strip().lower(), 1.0)

    def with_number(self, number: float) -> "Quantity":
        """The same kind of quantity with another number, written the same way."""
        size = abs(number)
        written = f"{size:,.10g}" if size >= 10_000 else f"{size:.10g}"
        old = QUANTITY.search(self.text)
        assert old is not None
        start, end = old.span("number")
        return replace(self, number=number, text=self.text[:start] + written + self.text[end:])


def quantities_in(text: str) -> list[Quantity]:
    """All quantities in the text, in order, without years and quarters."""
    masked = _TIMES.sub(lambda match: "x" * len(match.group()), text)
    return [_quantity(match, "") for match in QUANTITY.finditer(masked)]


def movement_in(text: str) -> tuple[Quantity, Quantity] | None:
    """The first pair of a value today and a value wanted."""
    masked = _TIMES.sub(lambda match: "x" * len(match.group()), text)
    match = FROM_TO.search(masked) or NOW_AND_WANTED.search(masked)
    if match is None:
        return None
    return same_unit(_quantity(match, "1"), _quantity(match, "2"))


def same_unit(first: Quantity, second: Quantity) -> tuple[Quantity, Quantity]:
    """Let each of the two have the unit and scale that only the other one names: "from 6 months to 3"."""
    if not first.unit:
        first = replace(first, unit=second.unit)
    if not second.unit:
        second = replace(second, unit=first.unit)
    if not first.scale and second.scale and first.number < 1_000 and second.unit in "$€£":
        first = replace(first, scale=second.scale)
    return first, second


def parsed_result(text: str) -> DraftResult:
    """Read a key result's numbers, direction and kind from its words; the words stay as they are."""
    text = text.strip()
    said = set(re.findall(r"[a-z]+", text.lower()))
    pair, found = movement_in(text), quantities_in(text)
    if pair is not None:
        first, second = pair
        falling = second.value < first.value
        return DraftResult(
            text, "metric", "decrease" if falling else "increase", first.value, second.value, second.unit
        )
    direction = "maintain" if MAINTAINING & said else "decrease" if DECREASING & said else "increase"
    if not found:
        return DraftResult(text, "milestone" if MILESTONES & said else "binary", direction)
    target = found[-1]
    relative = re.search(r"\bby\s+" + re.escape(target.text), text)
    unit = f"{target.unit} change".strip() if relative else target.unit
    return DraftResult(text, "metric", direction, None, target.value, unit)


def _quantity(match: re.Match[str], number: str) -> Quantity:
    unit = (match[f"currency{number}"] or match[f"unit{number}"] or "").lower().strip()
    # A part that is not there has the position -1.
    start = min(at for part in ("sign", "currency", "number") if (at := match.start(f"{part}{number}")) >= 0)
    end = max(match.end(f"{part}{number}") for part in ("number", "scale", "unit"))
    return Quantity(
        number=float(match[f"number{number}"].replace(",", "")) * (-1 if match[f"sign{number}"] else 1),
        scale=match[f"scale{number}"] or "",
        unit="%" if unit == "percent" else unit,
        text=match.string[start:end],
    )
