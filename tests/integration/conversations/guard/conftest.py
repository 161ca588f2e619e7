"""Guards on the tests' own broker."""

from conversations.guard.fleet import FleetGuard
from conversations.guard.values import Rules


def a_guard(url: str, rules: Rules | None = None, *, now: int | None = None) -> FleetGuard:
    """A guard with connections of its own, as another process has; a loaded machine answers late."""
    return FleetGuard(url, rules or Rules(), patience=5.0, now=now)
