"""A guard that does what a test told it to do, and remembers what it heard."""

from collections import deque

from conversations.errors import HeldBackError
from conversations.guard.values import Ask, Permit, Result


class ScriptedGuard:
    """Gives leave unless it was told to hold the next calls back."""

    def __init__(self) -> None:
        self.asks: list[Ask] = []
        self.results: list[Result] = []
        self.renewed: list[Permit] = []
        self._held_back: deque[HeldBackError] = deque()

    def will_hold_back(self, error: HeldBackError, *, times: int = 1) -> None:
        """Refuse the next calls."""
        self._held_back.extend([error] * times)

    def enter(self, ask: Ask) -> Permit:
        """Give leave, or raise what was scripted."""
        self.asks.append(ask)
        if self._held_back:
            raise self._held_back.popleft()
        return Permit(f"permit-{len(self.asks)}", ask)

    def renew(self, permit: Permit) -> None:
        """Remember it."""
        self.renewed.append(permit)

    def leave(self, permit: Permit, result: Result) -> None:
        """Remember it."""
        self.results.append(result)
