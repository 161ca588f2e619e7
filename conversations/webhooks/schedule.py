"""When a delivery that failed is tried again."""

from datetime import timedelta
from random import Random
from typing import Final

# The waits of the Standard Webhooks specification, shortened at the end: two days, then a dead letter.
_WAITS: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 16 * 3600)
)
MOST_ATTEMPTS: Final = len(_WAITS) + 1
_LONGEST: Final = timedelta(days=1)


def next_wait(attempts: int, *, retry_after: str, random: Random) -> timedelta | None:
    """Give the wait after so many attempts; None when no more will be made.

    A receiver may ask for longer, in seconds and up to a day. Jitter spreads what failed together.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    wait = _WAITS[attempts - 1] * random.uniform(0.8, 1.2)
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 8:
        wait = max(wait, min(timedelta(seconds=int(retry_after)), _LONGEST))
    return wait
