"""A process's own guard: what protects the provider while the shared one cannot be asked.

It knows what this process saw, and no limits per minute: speed and protection are luxuries, an
answer is not.
"""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from conversations.guard.breaker import Breaker, Pass
from conversations.guard.values import Ask, Outcome, Permit, Reason, Result, Rules, held_back


class LocalGuard:
    """Breakers and a count of calls in flight, for the threads of one process."""

    def __init__(self, rules: Rules, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rules = rules
        self._clock = clock
        self._lock = threading.Lock()
        self._breakers: dict[str, Breaker] = {}
        self._in_flight: set[str] = set()
        self._given = 0

    def enter(self, ask: Ask) -> Permit:
        """Give leave unless this process saw the provider fail, or asks as much as it may."""
        with self._lock:
            if len(self._in_flight) >= self._rules.most_in_flight:
                raise held_back(Reason.FULL, timedelta(milliseconds=250))
            self._given += 1
            permit = f"local-{self._given}"
            life = round(self._rules.permit_life.total_seconds() * 1000)
            passed = self._breaker(ask.model).enter(permit, now=self._now(), life=life)
            if not isinstance(passed, Pass):
                raise held_back(Reason.BREAKER, timedelta(milliseconds=passed))
            self._in_flight.add(permit)
        return Permit(permit, ask, passed.generation, is_probe=passed.is_probe, local=True)

    def renew(self, permit: Permit) -> None:
        """Keep the probe; the rest lives as long as the process."""
        with self._lock:
            breaker = self._breaker(permit.ask.model)
            if breaker.probe == permit.id:
                life = round(self._rules.permit_life.total_seconds() * 1000)
                breaker.probe_until = self._now() + life

    def leave(self, permit: Permit, result: Result) -> None:
        """Count how the call went."""
        asked = round(result.retry_after.total_seconds() * 1000)
        passed = Pass(permit.generation, is_probe=permit.is_probe)
        with self._lock:
            self._in_flight.discard(permit.id)
            breaker = self._breaker(permit.ask.model)
            breaker.leave(permit.id, passed, result.outcome, now=self._now(), asked=asked)

    def is_open(self, model: str) -> bool:
        """Tell whether this process leaves the model alone."""
        with self._lock:
            return self._breaker(model).is_open

    def hear(self, permit: Permit, outcome: Outcome) -> None:
        """Count the result of a call of the shared guard's, to know the provider when that is away."""
        with self._lock:
            breaker = self._breaker(permit.ask.model)
            passed = Pass(breaker.generation, is_probe=False)
            if outcome is Outcome.ANSWERED and breaker.is_open:
                breaker.is_open, breaker.trips, breaker.probe = False, 0, ""
            breaker.leave(permit.id, passed, outcome, now=self._now())

    def _breaker(self, model: str) -> Breaker:
        return self._breakers.setdefault(model, Breaker(self._rules.breaker))

    def _now(self) -> int:
        return round(self._clock() * 1000)
