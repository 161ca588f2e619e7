"""The numbers of a text and what each one measures: a share, money, a time, a count, or only a date."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from knowledge.rubric.dates import Neighbours, is_date, is_dotted_date, is_slashed_date
from knowledge.rubric.lexicon.units import (
    BRISK_UNITS,
    COUNT_BREAKS,
    CURRENCY_SIGNS,
    CURRENCY_WORDS,
    FRAME_LEADS,
    LIMITS,
    LONG_UNITS,
    MULTIPLIERS,
    NAME_LEADS,
    NAMED_NUMBERS,
    PLACEHOLDERS,
    SCALES,
    TIME_UNITS,
    WORD_NUMBERS,
)
from knowledge.rubric.reading import Reading, Token


class Kind(StrEnum):
    """What a number stands for."""

    PERCENT = "percent"
    MONEY = "money"
    MULTIPLE = "multiple"
    DURATION = "duration"
    COUNT = "count"
    RATIO = "ratio"
    RANK = "rank"
    PLACEHOLDER = "placeholder"
    DATE = "date"
    FREQUENCY = "frequency"
    FRAME = "frame"
    NAME = "name"


#: Kinds that measure something; dates, time frames and names only place it.
MEASURES: Final = frozenset(
    (Kind.PERCENT, Kind.MONEY, Kind.MULTIPLE, Kind.DURATION, Kind.COUNT, Kind.RATIO, Kind.RANK)
) | {Kind.PLACEHOLDER, Kind.FREQUENCY}


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number: its kind, its value where it has one, and the token it stands at."""

    kind: Kind
    value: float | None
    index: int
    token: Token

    @property
    def measures(self) -> bool:
        """Say whether the number can be graded against."""
        return self.kind in MEASURES


def _parse(text: str) -> tuple[float | None, str]:
    cut = len(text)
    while cut and text[cut - 1].isalpha():
        cut -= 1
    digits, suffix = text[:cut], text[cut:].lower()
    if "," in digits:
        head, _, tail = digits.rpartition(",")
        decimal = len(tail) != 3 and "." not in tail
        digits = head.replace(",", "").replace(".", "") + ("." if decimal else "") + tail
    elif digits.count(".") > 1:
        digits = digits.replace(".", "")
    try:
        return float(digits[:40]), suffix
    except ValueError:
        return None, suffix


def _scaled(value: float | None, suffix: str, following: str) -> float | None:
    if value is None:
        return None
    return value * SCALES.get(suffix, SCALES.get(following, 1.0))


#: After these a capital letter stands for a name, not for a number: "update the page for X".
STANDS_IN: Final = frozenset(
    (
        "for",
        "feature",
        "gen",
        ",",
        "and",
        "or",
        "&",
        "/",
        "product",
        "project",
        "module",
        "service",
        "about",
        "generation",
    )
)
#: A time of day places a deed and measures nothing.
DAY_HALVES: Final = frozenset(("am", "pm", "o'clock"))
TIME_LIMITS: Final = LIMITS | {"than", "least", "most"}


def _is_frequency(tokens: tuple[Token, ...], index: int) -> bool:
    """Recognise "4 times a week" and "2 hours every day"."""
    texts = [token.text.lower() for token in tokens[index + 1 : index + 4]]
    if len(texts) < 3 or texts[1] not in ("a", "an", "per", "each", "every"):
        return False
    return texts[0] in ("times", "nights", "hours", "minutes", "days", "hour") and texts[2] in TIME_UNITS


def _is_exact(token: Token, near: Neighbours) -> bool:
    """Tell "rate their day 9.2" from "by day 9": what counts days has no fractions."""
    return near.before in ("week", "day", "month") and not token.text.isdecimal()


def _is_name(token: Token, suffix: str, near: Neighbours) -> bool:
    if suffix in DAY_HALVES or near.after in DAY_HALVES:
        return True
    if near.before in NAME_LEADS and suffix not in ("k", "m", "x") and not _is_exact(token, near):
        return near.after != "%" and not (near.before == "level" and near.before_two in ("to", "of"))
    return token.text in NAMED_NUMBERS or suffix in ("g", "d") or (token.text == "24" and near.after == "/")


def _duration(value: float | None, index: int, token: Token, near: Neighbours, unit: str) -> Quantity:
    limited = near.before in LIMITS
    leads = near.before in FRAME_LEADS or (near.before_two in FRAME_LEADS and not limited)
    if near.before in ("within", "by") and unit in LONG_UNITS:
        leads = True
    if near.before == "in" and unit in BRISK_UNITS:
        leads = False
    return Quantity(Kind.FRAME if leads else Kind.DURATION, value, index, token)


def _is_share(tokens: tuple[Token, ...], index: int) -> bool:
    """Recognise the 9 of "9 out of 10 projects", but not the rating "4.5 out of 5"."""
    later = [token.text for token in tokens[index + 1 : index + 5]]
    if later[:2] == ["out", "of"]:
        later = later[1:]
    if len(later) < 3 or later[0] not in ("of", "in") or not later[1].isdecimal():
        return False
    return tokens[index].text.isdecimal() and later[2][:1].isalpha() and later[2] not in COUNT_BREAKS


def _is_base(tokens: tuple[Token, ...], index: int) -> bool:
    """Recognise the 10 of "9 out of 10 projects", which measures nothing by itself."""
    for back in (2, 3):
        if index >= back and tokens[index - back].kind == "number" and _is_share(tokens, index - back):
            return True
    return False


def _kind(
    tokens: tuple[Token, ...], index: int, near: Neighbours, value: float | None, suffix: str
) -> Kind | None:
    """Settle what the words around a number say it is; None for durations and counts."""
    token = tokens[index]
    if near.after in ("%", "percent", "percentage", "pct", "pp", "pps") or suffix in ("pp", "pct", "percent"):
        return Kind.PERCENT
    if _is_share(tokens, index):
        return Kind.PERCENT
    money = near.before in CURRENCY_SIGNS | CURRENCY_WORDS or near.after in CURRENCY_SIGNS | CURRENCY_WORDS
    later = {item.text.lower() for item in tokens[index + 2 : index + 4]}
    if money or (near.after in SCALES and later & (CURRENCY_SIGNS | CURRENCY_WORDS)):
        return Kind.MONEY
    times = near.after in ("x", "×", "times", "fold") and near.after_two not in ("a", "per", "each", "every")
    if suffix == "x" or times:
        return Kind.MULTIPLE
    if near.before in ("#", "top") or (near.before == "no" and not near.after):
        return Kind.RANK
    if _is_frequency(tokens, index):
        return Kind.FREQUENCY
    dated = "," not in token.text and is_date(value, suffix, near)
    if dated or is_dotted_date(token, near) or is_slashed_date(tokens, index):
        return Kind.DATE
    return Kind.NAME if _is_name(token, suffix, near) or _is_base(tokens, index) else None


def _classify(tokens: tuple[Token, ...], index: int) -> Quantity:
    token = tokens[index]
    near = Neighbours(tokens, index)
    value, suffix = _parse(token.text)
    value = _scaled(value, suffix, near.after)
    kind = _kind(tokens, index, near, value, suffix)
    if kind is not None:
        return Quantity(kind, value, index, token)
    unit = suffix if suffix in TIME_UNITS and suffix != "m" else near.after
    if unit in TIME_UNITS and not (unit in ("d", "h", "s", "m") and not suffix):
        return _duration(value, index, token, near, unit)
    if near.after in ("/", ":") and near.after_two[:1].isdigit():
        return Quantity(Kind.RATIO, value, index, token)
    return Quantity(Kind.COUNT, value, index, token)


def _counts(token: Token, near: Neighbours) -> bool:
    """Say whether a word is a number here; "one" is one only as a limit: "under one hour"."""
    if token.text in ("a", "an"):
        return near.after in TIME_UNITS and near.before in ("than", "under", "below", "within")
    if token.text == "one" and near.before in ("least", "most") and near.after not in TIME_UNITS:
        return True
    if token.text == "one":
        return near.after in TIME_UNITS and near.before in TIME_LIMITS
    return token.text in WORD_NUMBERS


def _stands_for_a_number(reading: Reading, index: int, raw: str) -> bool:
    """Tell "from X to Y" from "for product X" and "Generation X"."""
    after = reading.tokens[index + 1].text if index + 1 < len(reading.tokens) else ""
    before = reading.tokens[index - 1].text if index else ""
    return after == "%" or (raw.isupper() and before not in STANDS_IN)


def _is_a_fourth(near: Neighbours) -> bool:
    """Tell "by a quarter" and "three quarters of orders" from the three months."""
    by = near.before_two == "by" and near.before == "a" and near.after in ("", ".", ",", "or", "and")
    return by or (near.before in ("a", "three") and near.after == "of")


def _factor(word: str, near: Neighbours) -> float | None:
    """Read "double", "x3" and "by a quarter"."""
    if word[0] == "x" and word[1:].isdecimal():
        return float(word[1:][:40])
    if word in ("quarter", "quarters"):
        return 0.25 if _is_a_fourth(near) else None
    return MULTIPLIERS.get(word)


def _worded(reading: Reading, index: int) -> Quantity | None:
    token = reading.tokens[index]
    raw = reading.text[token.start : token.end]
    if raw in PLACEHOLDERS or (raw in ("x", "xx") and index + 1 < len(reading.tokens)):
        stands = _stands_for_a_number(reading, index, raw)
        return Quantity(Kind.PLACEHOLDER, None, index, token) if stands else None
    near = Neighbours(reading.tokens, index)
    factor = _factor(token.text, near)
    if factor is not None:
        return Quantity(Kind.MULTIPLE, factor, index, token)
    if not _counts(token, near):
        return None
    if near.before[:1].isdigit() or near.before in WORD_NUMBERS:
        return None
    value = WORD_NUMBERS.get(token.text, 1.0)
    if near.before == "top":
        return Quantity(Kind.RANK, value, index, token)
    if near.after in ("percent", "%"):
        return Quantity(Kind.PERCENT, value, index, token)
    if _is_frequency(reading.tokens, index):
        return Quantity(Kind.FREQUENCY, value, index, token)
    if near.after in TIME_UNITS:
        return _duration(value, index, token, near, near.after)
    return Quantity(Kind.COUNT, value, index, token)


def quantities_of(reading: Reading) -> tuple[Quantity, ...]:
    """Find every number, written in digits, words or as a placeholder."""
    found: list[Quantity] = []
    for index, token in enumerate(reading.tokens):
        if token.kind == "number":
            found.append(_classify(reading.tokens, index))
        elif token.kind == "word" and (quantity := _worded(reading, index)) is not None:
            found.append(quantity)
    return tuple(found)
