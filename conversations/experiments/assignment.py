"""Which variant a session sees: decided by a hash, so that nobody has to remember it."""

import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID

WHOLE: Final = 100


def place_of(session_id: UUID, salt: str) -> int:
    """Give the session's place among a hundred, the same for ever; another salt shuffles anew."""
    digest = hashlib.sha256(f"{salt}\0{session_id.hex}".encode()).digest()
    return int.from_bytes(digest[:8], "big") * WHOLE >> 64


def choose_variant(session_id: UUID, *, salt: str, weights: Sequence[int]) -> int:
    """Give the index of the session's variant; the weights are percent and make up a hundred."""
    if sum(weights) != WHOLE or min(weights) < 0:
        raise ValueError("The weights do not make up a hundred.")
    place = place_of(session_id, salt)
    for index, weight in enumerate(weights):
        place -= weight
        if place < 0:
            return index
    raise AssertionError("A place beyond a hundred.")
