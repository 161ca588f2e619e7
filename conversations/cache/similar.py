"""Openings that mean the same: the library's vectors find them, their words decide.

A session's first message may be answered with the answer to another one, if a rule allows it, everything
but the user's words is the same to the letter, and the two say the same thing in other words.
"""

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import mul
from typing import Final

from conversations.cache.fingerprint import Scope, fingerprint_of
from conversations.cache.meaning import meaning_of
from conversations.llm.client import ModelRequest
from conversations.prompt.blocks import USERS_WORDS, words_within
from knowledge.library.vectors import DIMENSION, EMBEDDER

# Raise it when the gate comes to tell other meanings apart.
_GATE_VERSION: Final = "1"
# What passes the gate shares its content words; less than this means that the gate has a hole.
LEAST_SIMILARITY: Final = 0.5
_LARGEST: Final = 127


@dataclass(frozen=True, slots=True)
class Sign:
    """What an opening may be found by: those it may be found among, its meaning and its vector."""

    kin: str
    meaning: str
    vector: bytes

    def as_bytes(self) -> bytes:
        """Give the stored form."""
        return self.vector + self.meaning.encode()


@dataclass(frozen=True, slots=True)
class Alike:
    """Another opening's entry, and how alike the two are: 1 is the same vector."""

    name: str
    similarity: float


def sign_of(request: ModelRequest, scope: Scope, *, library: int | None) -> Sign | None:
    """Give what this opening is found by; None for one whose words cannot be compared."""
    words = "".join(words_within(one.text) for one in request.prompt.turn if one.name == USERS_WORDS)
    meaning = meaning_of(words)
    if not meaning:
        return None
    wordless = tuple(replace(one, text="") if one.name == USERS_WORDS else one for one in request.prompt.turn)
    rest = fingerprint_of(replace(request, prompt=replace(request.prompt, turn=wordless)), library=library)
    kin = f"{EMBEDDER.name}:{_GATE_VERSION}:{scope.circle}:{rest.digest}"
    return Sign(kin, meaning, _coarse(EMBEDDER.embed(words)))


def most_alike(sign: Sign, found: Mapping[str, bytes]) -> Alike | None:
    """Give the nearest of those that mean the same."""
    same = (
        Alike(name, round(_cosine(sign.vector, stored[:DIMENSION]), 3))
        for name, stored in found.items()
        if stored[DIMENSION:] == sign.meaning.encode()
    )
    nearest = max(same, key=lambda one: one.similarity, default=None)
    return nearest if nearest and nearest.similarity >= LEAST_SIMILARITY else None


def _coarse(vector: tuple[float, ...]) -> bytes:
    """Give a vector in one byte a number: it ranks, it does not decide."""
    largest = max(map(abs, vector), default=0.0) or 1.0
    return array("b", (round(one / largest * _LARGEST) for one in vector)).tobytes()


def _cosine(one: bytes, other: bytes) -> float:
    here, there = array("b", one), array("b", other)
    length = math.sqrt(sum(map(mul, here, here)) * sum(map(mul, there, there)))
    return sum(map(mul, here, there)) / length if length else 0.0
