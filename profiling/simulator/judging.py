"""The simulator as a judge: whether two texts in fences say the same, by rules a reader can follow.

It knows nothing of meaning. It compares numbers, negations and the longer words, so it is stricter than a
model with synonyms, and more lenient with the order of words.
"""

import re
from collections import Counter
from html import unescape
from typing import Final

JUDGE_FIELDS: Final = {"same_meaning", "difference"}
_PAIR: Final = re.compile(r"<here>(.*)</here>\s*<there>(.*)</there>", re.DOTALL)
_NEGATIONS: Final = re.compile(r"\b(?:not|no|never|without|cannot)\b|n['’]t\b")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_SAID_ANYWAY: Final = frozenset(
    """want need would like help with please hello thanks trying looking goal plan how can could our the and
    are for that this you your""".split()  # noqa: SIM905 - reads better than a list of strings
)
_SHARED_ENOUGH: Final = 0.6


def judgement(text: str) -> dict[str, object]:
    """Give the verdict on the two fenced texts, with the first difference found."""
    found = _PAIR.search(text)
    if found is None:
        return {"same_meaning": False, "difference": "There are not two texts."}
    here, there = (unescape(one).casefold() for one in found.groups())
    difference = _difference(here, there)
    return {"same_meaning": not difference, "difference": difference}


def _difference(here: str, there: str) -> str:
    if _NUMBER.findall(here) != _NUMBER.findall(there):
        return "The numbers differ."
    if len(_NEGATIONS.findall(here)) != len(_NEGATIONS.findall(there)):
        return "One of them says no."
    ours, theirs = _words(here), _words(there)
    shared = sum((ours & theirs).values())
    if shared < _SHARED_ENOUGH * max(ours.total(), theirs.total()):
        return "They are about different things."
    return ""


def _words(text: str) -> Counter[str]:
    """Count the words by their first five letters, endings and courtesies aside."""
    return Counter(word[:5] for word in _WORD.findall(text) if word not in _SAID_ANYWAY)
