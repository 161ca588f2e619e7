"""Words, stems, phrases and character n-grams of a text."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SHORTEST_STEM: Final = 3
LONGEST_PHRASE: Final = 3
# Ordered: the longest ending that fits is taken off.
_ENDINGS: Final = (
    ("izations", ""),
    ("ization", ""),
    ("ations", ""),
    ("ation", ""),
    ("ments", ""),
    ("ness", ""),
    ("ment", ""),
    ("ions", ""),
    ("ings", ""),
    ("ies", "y"),
    ("ion", ""),
    ("ing", ""),
    ("ers", ""),
    ("est", ""),
    ("ed", ""),
    ("er", ""),
    ("es", ""),
    ("ly", ""),
    ("e", ""),
    ("s", ""),
)
# A word's n-grams carry its borders, so that a beginning counts more than a middle.
GRAM_SIZES: Final = (3, 4)
MOST_CHARACTERS: Final = 4000


def plain(text: str) -> str:
    """Fold case, accents and width; the database has no unaccent, so both sides use this."""
    text = text[:MOST_CHARACTERS]
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def words(text: str) -> tuple[str, ...]:
    """Give the words in order, compounds split at their hyphens."""
    compounds = (match.group().replace("’", "'") for match in _WORD.finditer(plain(text)))
    parts = (part for compound in compounds for part in compound.split("-"))
    found = (part.removesuffix("'s").replace("'", "") for part in parts)
    return tuple(word for word in found if word)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Take off one English ending, leaving at least three letters."""
    if word.isdigit():
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(instead) >= _SHORTEST_STEM:
            if ending == "s" and word.endswith(("ss", "us", "is")):
                return word
            return _trimmed(word[: len(word) - len(ending)] + instead)
    return word


def _trimmed(stemmed: str) -> str:
    """Undo what an ending left behind: employe-es, ship-p-ing."""
    while stemmed.endswith("e") and len(stemmed) > _SHORTEST_STEM:
        stemmed = stemmed[:-1]
    doubled = len(stemmed) > _SHORTEST_STEM and stemmed[-1] == stemmed[-2] and stemmed[-1] not in "lsz"
    return stemmed[:-1] if doubled else stemmed


def phrases(found: tuple[str, ...]) -> Iterator[str]:
    """Give every word and every run of neighbours, joined by hyphens."""
    for size in range(1, LONGEST_PHRASE + 1):
        for start in range(len(found) - size + 1):
            yield "-".join(found[start : start + size])


@lru_cache(maxsize=20_000)
def grams(word: str) -> tuple[str, ...]:
    """Give the character n-grams of a word with its borders marked."""
    bordered = f"<{word}>"
    return tuple(
        bordered[at : at + size] for size in GRAM_SIZES for at in range(max(len(bordered) - size + 1, 0))
    )


@lru_cache(maxsize=20_000)
def spelling(word: str) -> frozenset[str]:
    """Give a word's pairs of neighbouring letters, borders included, each with the word's first letter.

    One slip changes few pairs; the first letter keeps strangers apart ("sounds" is not "rounds"), and
    people seldom miss it.
    """
    bordered = f"<{word}>"
    return frozenset(word[0] + bordered[at : at + 2] for at in range(len(bordered) - 1))
