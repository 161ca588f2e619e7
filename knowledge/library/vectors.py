"""Embeddings: a text as a vector of fixed length, pluggable by a protocol."""

import math
import zlib
from functools import lru_cache
from typing import Final, Protocol

from knowledge.library.text import grams, stem, words

DIMENSION: Final = 256
_WORD_WEIGHT: Final = 1.0
_GRAM_WEIGHT: Final = 0.35
# "for" and "the" would make strangers alike; "NPS" is found by its word, not by its vector.
_SHORT_WORD: Final = 3
_SHORT_WEIGHT: Final = 0.3


class Embedder(Protocol):
    """Turns texts into vectors of `DIMENSION` numbers and length one."""

    @property
    def name(self) -> str:
        """Identify the embedder and its version; rows keep it to know when they are out of date."""

    def embed(self, text: str) -> tuple[float, ...]:
        """Give the vector of a text, all zeros for a text without words."""


class HashedGrams:
    """Hashes stems and character n-grams into a vector (the hashing trick, signed).

    It needs no model and no download, is the same on every machine, and a misspelt word still shares most
    of its n-grams with the right one. Words that fewer texts share would deserve more weight; the ranking
    gives them that by their rarity, so that a vector need not change when another item does.
    """

    name = "hashed-grams-1"

    def embed(self, text: str) -> tuple[float, ...]:
        """Give the vector of a text, all zeros for a text without words."""
        sums = [0.0] * DIMENSION
        for word in words(text):
            for at, weight in _features(word):
                sums[at] += weight
        # Repeating a word counts, but less each time.
        damped = [math.copysign(math.sqrt(abs(value)), value) if value else value for value in sums]
        length = math.sqrt(sum(value * value for value in damped))
        return tuple(value / length for value in damped) if length else tuple(sums)


@lru_cache(maxsize=20_000)
def _features(word: str) -> tuple[tuple[int, float], ...]:
    pieces = grams(word)
    weight = _SHORT_WEIGHT if len(word) <= _SHORT_WORD else 1.0
    share = weight * _GRAM_WEIGHT / math.sqrt(len(pieces)) if pieces else 0.0
    return (
        _hashed("w:" + stem(word), weight * _WORD_WEIGHT),
        *(_hashed("g:" + piece, share) for piece in pieces),
    )


def _hashed(feature: str, weight: float) -> tuple[int, float]:
    # crc32 rather than hash(): the latter differs from process to process.
    number = zlib.crc32(feature.encode())
    return number % DIMENSION, weight if number & 0x80000000 else -weight


EMBEDDER: Final[Embedder] = HashedGrams()


def cosine(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Give the similarity of two vectors of length one."""
    return sum(a * b for a, b in zip(one, other, strict=True))
