"""What a process that runs for long asks of its interpreter."""

import gc
from typing import Final

# Python looks for cycles after every 700 new objects, which a message makes dozens of times over.
_NEW_OBJECTS: Final = 20_000
_ROUNDS: Final = 20


def settle_in() -> None:
    """Leave what is loaded by now out of all garbage collections, and look seldom; call it once, at the end.

    Django, its models and the admin are several hundred thousand objects that live as long as the process.
    Each full collection walked through all of them, a tenth of a second in which no thread ran.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _ROUNDS, _ROUNDS)
