"""The circuit breaker as a plain object: the rule that the Lua scripts follow, and a process's own.

The fleet's breaker lives in Redis; a property test holds the two together. Instants are in ms.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from conversations.guard.values import BreakerRules, Outcome


@dataclass(frozen=True, slots=True)
class Pass:
    """The leave of a breaker: under which generation, and whether the call is the probe."""

    generation: int
    is_probe: bool


@dataclass(slots=True)
class Breaker:
    """Closed, open, or half open: open with its rest over, so that one call may probe."""

    rules: BreakerRules
    is_open: bool = False
    generation: int = 0
    trips: int = 0
    until: int = 0
    probe: str = ""
    probe_until: int = 0
    window: dict[int, tuple[int, int]] = field(default_factory=dict)

    def enter(self, permit: str, *, now: int, life: int) -> Pass | int:
        """Let the call pass, or give the ms to wait."""
        if not self.is_open:
            return Pass(self.generation, is_probe=False)
        if now < self.until:
            return self.until - now
        if self.probe and now < self.probe_until:
            return min(self.probe_until - now, 1000)
        self.probe, self.probe_until = permit, now + life
        return Pass(self.generation, is_probe=True)

    def leave(self, permit: str, passed: Pass, outcome: Outcome, *, now: int, asked: int = 0) -> None:
        """Count how the call went; what began before the breaker opened is no news."""
        if outcome is Outcome.NOTHING:
            if self.probe == permit:
                self.probe = ""
        elif self.is_open:
            if passed.is_probe and self.probe == permit:
                self._probed(outcome, now=now, asked=asked)
        elif passed.generation == self.generation:
            self._count(outcome, now=now, asked=asked)

    def _probed(self, outcome: Outcome, *, now: int, asked: int) -> None:
        if outcome is Outcome.ANSWERED:
            self.is_open, self.probe, self.trips = False, "", 0
            self.window.clear()
        else:
            self._open(self.trips + 1, now=now, asked=asked)

    def _count(self, outcome: Outcome, *, now: int, asked: int) -> None:
        stretch = now // _ms(self.rules.stretch)
        good, bad = self.window.get(stretch, (0, 0))
        answered = outcome is Outcome.ANSWERED
        self.window[stretch] = (good + answered, bad + (not answered))
        oldest = stretch - self.rules.stretches
        self.window = {at: counts for at, counts in self.window.items() if at > oldest}
        goods = sum(one for one, _ in self.window.values())
        bads = sum(one for _, one in self.window.values())
        enough = bads >= self.rules.failures and bads >= self.rules.share * (goods + bads)
        if not answered and enough:
            self._open(1, now=now, asked=asked)

    def _open(self, trips: int, *, now: int, asked: int) -> None:
        longest = _ms(self.rules.longest_rest)
        rest = min(longest, _ms(self.rules.rest) * 2 ** (trips - 1))
        self.is_open, self.trips, self.probe = True, trips, ""
        self.until = now + max(rest, min(asked, longest))
        self.generation += 1
        self.window.clear()


def _ms(length: timedelta) -> int:
    return round(length.total_seconds() * 1000)
