"""The words of the guard: what is asked of it, what it gives, and its rules."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, Protocol

from conversations.errors import (
    BreakerOpenError,
    ConnectionLostError,
    HeldBackError,
    LimitReachedError,
    ModelTimeoutError,
    OverloadedError,
    ProviderFailedError,
    RateLimitedError,
    RetryBudgetSpentError,
)
from conversations.llm.client import ProviderLimits


class Reason(StrEnum):
    """Why a call may not be made now."""

    BREAKER = "breaker"
    PROBING = "probing"
    BLOCKED = "blocked"
    REQUESTS = "requests"
    INPUT = "input"
    OUTPUT = "output"
    RETRIES = "retries"
    FULL = "full"


class Outcome(StrEnum):
    """What a call says of the provider's health; `nothing` when we ended it ourselves."""

    ANSWERED = "answered"
    OVERLOADED = "overloaded"
    TIMED_OUT = "timed_out"
    FAILED = "failed"
    LOST = "lost"
    NOTHING = "nothing"


_FAILURES: Final[tuple[tuple[type[Exception], Outcome], ...]] = (
    (OverloadedError, Outcome.OVERLOADED),
    (ModelTimeoutError, Outcome.TIMED_OUT),
    (ProviderFailedError, Outcome.FAILED),
    (ConnectionLostError, Outcome.LOST),
    # Our own rate is not the provider's health; the limits deal with it.
    (RateLimitedError, Outcome.NOTHING),
)
_HELD_BACK: Final = {
    Reason.BREAKER: BreakerOpenError,
    Reason.PROBING: BreakerOpenError,
    Reason.RETRIES: RetryBudgetSpentError,
}


def outcome_of(error: Exception) -> Outcome:
    """Say what a failed call tells of the provider: a refusal or a rejected request is an answer, too."""
    return next((outcome for kind, outcome in _FAILURES if isinstance(error, kind)), Outcome.ANSWERED)


def held_back(reason: Reason, wait: timedelta) -> HeldBackError:
    """Give the error for a call that may not be made yet."""
    return _HELD_BACK.get(reason, LimitReachedError)(retry_after=wait.total_seconds())


@dataclass(frozen=True, slots=True)
class Ask:
    """A call that somebody wants to make."""

    model: str
    input_tokens: int
    is_retry: bool = False


@dataclass(frozen=True, slots=True)
class Permit:
    """The leave to make one call; a `local` one was given by this process alone."""

    id: str
    ask: Ask
    generation: int = 0
    is_probe: bool = False
    output_tokens: int = 0
    local: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """How a call went, as far as the guard cares."""

    outcome: Outcome
    retry_after: timedelta = timedelta(0)
    is_limited: bool = False
    input_tokens: int | None = None
    output_tokens: int | None = None
    limits: ProviderLimits | None = None


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """When the breaker opens, and for how long.

    It opens once so many failures, and such a share of all calls, came together within the window;
    each probe that fails doubles its rest.
    """

    failures: int = 10
    share: float = 0.5
    rest: timedelta = timedelta(seconds=5)
    longest_rest: timedelta = timedelta(seconds=60)
    stretch: timedelta = timedelta(seconds=5)
    stretches: int = 6


@dataclass(frozen=True, slots=True)
class Rules:
    """How much the fleet may ask of the provider; limits of 0 are those the provider tells."""

    most_in_flight: int = 400
    permit_life: timedelta = timedelta(seconds=15)
    requests_per_minute: int = 0
    input_tokens_per_minute: int = 0
    output_tokens_per_minute: int = 0
    retry_share: float = 0.1
    # What a second without the provider fails at a good pace: with ten they took half a minute to repeat.
    retry_burst: int = 50
    retry_start: int = 10
    # However quiet the system, a failed message is not left for want of others that succeed.
    retry_in_any_case: timedelta = timedelta(seconds=5)
    breaker: BreakerRules = BreakerRules()


class Guard(Protocol):
    """Decides whether a call may be made now, and hears how it went."""

    def enter(self, ask: Ask) -> Permit:
        """Give leave for one call, or raise HeldBackError with the time to wait."""

    def renew(self, permit: Permit) -> None:
        """Say that the call goes on; a permit that nobody renews is free again after its life."""

    def leave(self, permit: Permit, result: Result) -> None:
        """Say that the call is over, and how it went."""


class NoGuard:
    """Lets every call pass."""

    def enter(self, ask: Ask) -> Permit:
        """Give leave."""
        return Permit("", ask, local=True)

    def renew(self, permit: Permit) -> None:
        """Take no notice."""

    def leave(self, permit: Permit, result: Result) -> None:
        """Take no notice."""
