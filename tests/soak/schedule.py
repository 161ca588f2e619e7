"""Which fault comes after how many messages: the same seed, the same schedule."""

import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One fault of the schedule, by name, and how many messages are sent before it."""

    after: int
    fault: str


def schedule(faults: Sequence[str], *, messages: int, rounds: int, seed: int) -> tuple[Step, ...]:
    """Spread every fault over the run as often as there are rounds, in an order that the seed decides.

    The first and the last stretch of the run are left in peace, so that both ends can be compared.
    """
    chance = random.Random(seed)
    order = [name for _ in range(rounds) for name in chance.sample(list(faults), len(faults))]
    stretch = messages / (len(order) + 1)
    return tuple(Step(round(stretch * (place + 1)), name) for place, name in enumerate(order))
