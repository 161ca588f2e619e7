"""A Claude behind a guard: a call asks for leave, keeps its permit alive, and tells how it went."""

import time
from datetime import timedelta
from typing import Final

from conversations.errors import ModelError, ModelTimeoutError, RateLimitedError, StalledError
from conversations.guard.values import Ask, Guard, Outcome, Permit, Result, outcome_of
from conversations.llm.client import Claude, Listener, ModelRequest, ProviderLimits
from conversations.llm.retry import RETRY_AFTER_CAP
from conversations.prompt.budget import section_tokens
from conversations.values import Completion

_RENEW_SECONDS: Final = 5.0
_FULL_TIME: Final = 0.9


class GuardedClaude:
    """Asks Claude when the guard gives leave; raises HeldBackError when it does not.

    `patience` is how long a call normally may take: one that had less and ran out of time says
    nothing of the provider.
    """

    def __init__(self, claude: Claude, guard: Guard, *, patience: timedelta) -> None:
        self._claude = claude
        self._guard = guard
        self._patience = patience.total_seconds()

    def answer(self, request: ModelRequest, listener: Listener) -> Completion:
        """Give the complete answer, if the call may be made."""
        tokens = sum(section_tokens(request.prompt).values())
        permit = self._guard.enter(Ask(request.model, tokens, is_retry=request.is_retry))
        heard = _Keeping(listener, self._guard, permit)
        in_haste = request.deadline - time.monotonic() < self._patience * _FULL_TIME
        try:
            completion = self._claude.answer(request, heard)
        except ModelError as error:
            self._guard.leave(permit, _failed(error, heard.limits, in_haste=in_haste))
            raise
        except BaseException:
            # We ended the call ourselves, which says nothing of the provider.
            self._guard.leave(permit, Result(Outcome.NOTHING, limits=heard.limits))
            raise
        self._guard.leave(permit, _answered(completion, heard.limits))
        return completion

    def count_tokens(self, request: ModelRequest) -> int:
        """Ask without leave: counting is free and has limits of its own."""
        return self._claude.count_tokens(request)


class _Keeping:
    """The listener's ears, which also keep the permit alive and hear the provider's limits."""

    def __init__(self, listener: Listener, guard: Guard, permit: Permit) -> None:
        self.on_text = listener.on_text
        self.limits: ProviderLimits | None = None
        self._check = listener.check
        self._guard = guard
        self._permit = permit
        self._renewed = time.monotonic()

    def check(self) -> None:
        """Let the listener stop the call; renew the permit of one that lasts."""
        self._check()
        now = time.monotonic()
        if now - self._renewed >= _RENEW_SECONDS:
            self._renewed = now
            self._guard.renew(self._permit)

    def on_limits(self, limits: ProviderLimits) -> None:
        """Keep what the provider says of its limits."""
        self.limits = limits


def _answered(completion: Completion, limits: ProviderLimits | None) -> Result:
    usage = completion.usage
    # What is read from the provider's prompt cache does not count against its limits.
    fresh = usage.input_tokens + usage.cache_creation_input_tokens
    return Result(Outcome.ANSWERED, input_tokens=fresh, output_tokens=usage.output_tokens, limits=limits)


def _failed(error: ModelError, limits: ProviderLimits | None, *, in_haste: bool) -> Result:
    if in_haste and isinstance(error, ModelTimeoutError) and not isinstance(error, StalledError):
        return Result(Outcome.NOTHING, limits=limits)
    asked = min(timedelta(seconds=max(error.retry_after or 0.0, 0.0)), RETRY_AFTER_CAP)
    return Result(
        outcome_of(error),
        retry_after=asked,
        is_limited=isinstance(error, RateLimitedError),
        limits=limits,
    )
