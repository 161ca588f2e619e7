"""What an opening says, with the ways of saying it taken out: the gate that two paraphrases must pass.

Only a closed list of words may differ: courtesies, articles, ways of saying “I want to”, a few pairs that
mean the same. Every other word, number, name, negation and sign stays, in its clause and in its place, so
what is not known to be harmless is a difference.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from conversations.cache.wordlists import (
    ASKED_FOR_HELP,
    ASKED_HOW,
    ENDS_IN_S,
    FILLERS,
    FUNCTION_WORDS,
    NUMBER_WORDS,
    ORDER_MATTERS,
    QUESTION_WORDS,
    SAME,
    WANTED,
    WRITTEN_OUT,
)

# Longer openings are stories; two of them are never the same but for their wording.
LONGEST: Final = 600
_FEWEST_WORDS: Final = 2
_LONGEST_WITHOUT_PLURAL: Final = 3
_CLAUSE_END: Final = re.compile(r"[.!?;:,…]+(?=\s|$)|\s+[-–—]+\s+|\n+")
_TOKEN: Final = re.compile(r"(?:(?<![\w.])-)?\d+(?:,\d+)*(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|[^\w\s]|\w")
_THOUSANDS: Final = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
HARMLESS: Final = frozenset("\"'“”‘’`*()[]-–—.,;:!…")
_MAGNITUDES: Final = {"k": 3, "m": 6, "bn": 9, "thousand": 3, "million": 6, "billion": 9}
_SIGNS: Final = {"%": "percent", "$": "dollar", "€": "euro", "£": "pound", "&": "and"}
_CURRENCIES: Final = frozenset("$€£")
_INVERTED: Final = frozenset(("is", "are"))


def meaning_of(text: str) -> str:
    """Give a text's meaning in one spelling; empty for a text that says too little, or too much, to compare.

    Two texts mean the same only if their meanings are equal. Clauses may change places, unless one
    points at another or holds a number. Nothing is said of a text in capitals: US and us look alike.
    """
    if len(text) > LONGEST or (text.upper() == text and text.lower() != text):
        return ""
    clauses = [clause for clause in map(tuple, _clauses(_spelt(text))) if clause]
    said = [word for clause in clauses for word in clause]
    if len(said) < _FEWEST_WORDS:
        return ""
    if not any(word in ORDER_MATTERS or word.startswith("#") for word in said):
        clauses.sort()
    return " | ".join(" ".join(clause) for clause in clauses)


def _spelt(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text).replace("’", "'").replace("−", "-")
    return re.sub(r"[^\S\n]+", " ", composed).strip()


def _clauses(text: str) -> Iterator[list[str]]:
    at = 0
    for end in [*_CLAUSE_END.finditer(text), None]:
        part = text[at : end.start() if end else len(text)].strip()
        begins = at == 0 or text[:at].rstrip()[-1:] in ".!?…" or text[at - 1] == "\n"
        words = _words(part, begins=begins)
        asks = end is not None and "?" in end.group()
        yield from _joined(words, asks=asks or (begins and words[:1] != [] and words[0] in _INVERTED))
        at = end.end() if end else len(text)


def _joined(words: list[str], *, asks: bool) -> Iterator[list[str]]:
    """Split at “and”; a question is told from a statement unless its own words tell."""
    words, helped = _without_frames(words)
    if asks and not helped and not QUESTION_WORDS.intersection(words):
        words = [*words, "?"]
    clause: list[str] = []
    for word in words:
        if word == "and":
            yield _kept(clause)
            clause = []
        else:
            clause.append(word)
    yield _kept(clause)


def _without_frames(words: list[str]) -> tuple[list[str], bool]:
    """Take ways of asking for help and of wanting off the beginning of a clause; “how” stays one word."""
    helped = False
    while True:
        words = [word for word in words if word not in FILLERS]
        frame = _frame_of(words)
        if frame is None:
            return words, helped
        if frame in ASKED_HOW:
            return ["how", *words[len(frame) :]], helped
        words, helped = words[len(frame) :], helped or frame in ASKED_FOR_HELP


def _frame_of(words: Sequence[str]) -> tuple[str, ...] | None:
    frames = (*ASKED_FOR_HELP, *WANTED, *ASKED_HOW)
    return next(
        (one for one in frames if len(words) > len(one) and tuple(words[: len(one)]) == one),
        None,
    )


def _kept(words: Sequence[str]) -> list[str]:
    """Leave the function words out, but not where a letter is a name: “series a”, “phase i”."""
    return [
        _base(word)
        for place, word in enumerate(words)
        if word not in FUNCTION_WORDS or (word == "a" and place == len(words) - 1) or (word == "i" and place)
    ]


def _words(part: str, *, begins: bool) -> list[str]:
    found: list[str] = []
    currency: list[str] = []
    for match in _TOKEN.finditer(part):
        piece = match.group()
        if piece[-1].isdecimal():
            found += [_number(piece), *currency]
            currency = []
        elif piece in _CURRENCIES:
            currency = [_SIGNS[piece]]
        elif piece[0].isalpha():
            _take_word(found, piece, name=_is_name(piece, first=begins and match.start() == 0))
        elif piece not in HARMLESS:
            found.append(_SIGNS.get(piece, piece))
    return found + currency


def _take_word(found: list[str], written: str, *, name: bool) -> None:
    word = written.casefold()
    number = next((place for place in (-1, -2) if _is_number_at(found, place)), None)
    if word in _MAGNITUDES and number is not None:
        found[number] = f"#{_scaled(found[number][1:], _MAGNITUDES[word])}"
    elif word in NUMBER_WORDS:
        found.append(f"#{NUMBER_WORDS[word]}")
    elif name and (word in FUNCTION_WORDS or word in FILLERS):
        # “US” is not “us”, and “The The” is a band.
        found.append(f"^{word}")
    else:
        found.extend(WRITTEN_OUT.get(word) or _without_apostrophe(word))


def _is_number_at(found: Sequence[str], place: int) -> bool:
    """Tell whether a number stands there, with nothing after it but its currency."""
    after = found[place + 1 :] if place < -1 else []
    return (
        len(found) >= -place and found[place].startswith("#") and all(one in _SIGNS.values() for one in after)
    )


def _is_name(written: str, *, first: bool) -> bool:
    if written == "I" or written.startswith("I'"):
        return False
    return (written.isupper() and len(written) > 1) or (written[0].isupper() and not first)


def _without_apostrophe(word: str) -> list[str]:
    for ending, instead in (("n't", "not"), ("'ve", "have"), ("'d", "would"), ("'ll", "will"), ("'s", "")):
        if word.endswith(ending):
            return [word.removesuffix(ending), *instead.split()]
    for ending, instead in (("'m", "am"), ("'re", "are")):
        if word.endswith(ending):
            return [word.removesuffix(ending), instead]
    return [word]


def _number(written: str) -> str:
    return f"#{_scaled(written.replace(',', '') if _THOUSANDS.fullmatch(written) else written, 0)}"


def _scaled(number: str, power: int) -> str:
    try:
        return f"{Decimal(number).scaleb(power).normalize():f}"
    except InvalidOperation:
        return f"{number}e{power}"


def _base(word: str) -> str:
    """Give a word without its plural, if it may have one; a past tense says something else."""
    plural = word.isalpha() and len(word) > _LONGEST_WITHOUT_PLURAL and word not in ENDS_IN_S
    if plural and word.endswith("ies"):
        word = word.removesuffix("ies") + "y"
    elif plural and word.endswith("s") and not word.endswith(("ss", "us", "is", "ics")):
        word = word.removesuffix("s")
    return SAME.get(word, word)
