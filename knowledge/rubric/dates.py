"""Numbers that only place a text in time: years, days of a month, written dates."""

from typing import Final

from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.units import CURRENCY_SIGNS, MONTHS, ORDINAL_ENDINGS
from knowledge.rubric.reading import Token, entry_tags

COUNTABLE: Final = tags.RESULT | tags.METRIC | tags.PEOPLE | tags.MADE


class Neighbours:
    """What stands around one token, as plain words."""

    __slots__ = ("after", "after_two", "before", "before_two")

    def __init__(self, tokens: tuple[Token, ...], index: int) -> None:
        size = len(tokens)
        self.before = tokens[index - 1].text.lower() if index else ""
        self.before_two = tokens[index - 2].text.lower() if index > 1 else ""
        self.after = tokens[index + 1].text.lower() if index + 1 < size else ""
        self.after_two = tokens[index + 2].text.lower() if index + 2 < size else ""


def is_slashed_date(tokens: tuple[Token, ...], index: int) -> bool:
    """Recognise "30/06/2027", in whichever order its parts stand."""
    around = [token.text for token in tokens[max(0, index - 4) : index + 5]]
    return around.count("/") >= 2 and any(text[:2] in ("19", "20") and len(text) == 4 for text in around)


def is_dotted_date(token: Token, near: Neighbours) -> bool:
    """Recognise "30.06." and "30.06.2027", as written where a point stands between day and month."""
    parts = token.text.split(".")
    if len(parts) not in (2, 3) or not all(part.isdecimal() for part in parts):
        return False
    fits = 1 <= int(parts[0][:4]) <= 31 and 1 <= int(parts[1][:4]) <= 12
    return fits and (len(parts) == 3 or (near.after == "." and len(parts[1]) == 2))


def is_date(value: float | None, suffix: str, near: Neighbours) -> bool:
    """Recognise a year, a day beside its month, and "1st"; "2026 customers" is none."""
    if near.before in MONTHS or near.after in MONTHS or (near.after == "of" and near.after_two in MONTHS):
        return True
    if suffix in ORDINAL_ENDINGS:
        return True
    whole = value is not None and value == int(value) and 1990 <= value <= 2100
    counts = near.after not in ("", ".", ",", ";", ":", "/") and near.before in ("to", "reach", "of", "than")
    counts = counts or bool(entry_tags(near.after) & COUNTABLE)
    return whole and not suffix and not counts and near.before not in CURRENCY_SIGNS and near.after != "%"
