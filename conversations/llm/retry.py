"""When to ask again: a pure policy by class of error."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final

from conversations.errors import (
    ConnectionLostError,
    ConversationError,
    IncompleteAnswerError,
    InvalidAnswerError,
    ModelError,
    ModelTimeoutError,
    OverloadedError,
    ProviderFailedError,
    RateLimitedError,
    RecitedInstructionsError,
    UnexpectedError,
)


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often, and after how long, a class of error is worth another call."""

    attempts: int
    base: timedelta
    cap: timedelta


_SECOND: Final = timedelta(seconds=1)
# From the particular to the general: the first class that fits decides.
_POLICY: Final[tuple[tuple[type[ConversationError], Backoff], ...]] = (
    (RateLimitedError, Backoff(attempts=5, base=2 * _SECOND, cap=30 * _SECOND)),
    (OverloadedError, Backoff(attempts=5, base=1.5 * _SECOND, cap=20 * _SECOND)),
    (ConnectionLostError, Backoff(attempts=4, base=0.25 * _SECOND, cap=5 * _SECOND)),
    (ProviderFailedError, Backoff(attempts=4, base=0.5 * _SECOND, cap=10 * _SECOND)),
    (ModelTimeoutError, Backoff(attempts=2, base=0.5 * _SECOND, cap=5 * _SECOND)),
    # The model's own slip is cured by asking again, not by waiting.
    (InvalidAnswerError, Backoff(attempts=3, base=0.1 * _SECOND, cap=0.5 * _SECOND)),
    (IncompleteAnswerError, Backoff(attempts=3, base=0.1 * _SECOND, cap=0.5 * _SECOND)),
    # Once may be chance; a message that brings it about again is meant to.
    (RecitedInstructionsError, Backoff(attempts=2, base=0.1 * _SECOND, cap=0.5 * _SECOND)),
    # Our own failure may be the database's bad moment; a defect fails again soon enough.
    (UnexpectedError, Backoff(attempts=3, base=1 * _SECOND, cap=5 * _SECOND)),
)
RETRY_AFTER_CAP: Final = timedelta(seconds=60)


def next_delay(error: ConversationError, attempt: int, rng: Random) -> timedelta | None:
    """Give the wait before the call after this one, the `attempt`-th (from 1), failed; None gives up.

    Full jitter: uniform between nothing and `base * 2 ** (attempt - 1)`, capped, so that callers
    which failed together do not return together. A wait the provider asked for is a lower bound,
    itself capped by `RETRY_AFTER_CAP`; the jitter comes on top.
    """
    if not error.retryable:
        return None
    backoff = next((backoff for kind, backoff in _POLICY if isinstance(error, kind)), None)
    if backoff is None or attempt >= backoff.attempts:
        return None
    ceiling = min(backoff.cap, backoff.base * int(2 ** (attempt - 1)))
    wanted = error.retry_after if isinstance(error, ModelError) else None
    asked = timedelta(seconds=max(wanted or 0.0, 0.0))
    jitter: timedelta = ceiling * rng.random()
    return min(asked, RETRY_AFTER_CAP) + jitter
