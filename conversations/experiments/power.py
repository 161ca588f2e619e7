"""How many sessions an experiment needs, and what a number of them can find.

Means: the power of the two-sample t-test with equal groups, exact by the noncentral t distribution (Cohen
1988). Rates: the normal approximation with a pooled error under no effect (Fleiss, Levin and Paik 2003).
"""
# ruff: noqa: PLC0415 -- scipy costs a second and 90 MB, and only the page that plans a test needs it.

import math
from collections.abc import Callable
from typing import Final

MOST_SESSIONS: Final = 10_000_000
_FEWEST: Final = 2


def power_for_mean(sessions: int, *, effect: float, spread: float, alpha: float) -> float:
    """Give the chance that so many sessions of each variant show a difference of means this large."""
    from scipy.special import nctdtr, stdtrit

    freedom = 2 * sessions - 2
    shift = abs(effect) / spread * math.sqrt(sessions / 2)
    line = float(stdtrit(freedom, 1 - alpha / 2))
    beyond, wrong_side = (float(nctdtr(freedom, shift, at)) for at in (line, -line))
    # Far from zero the distribution function gives up; the normal one is as good there.
    if math.isnan(beyond):
        return _normal(shift - line)
    return 1 - beyond + (0.0 if math.isnan(wrong_side) else wrong_side)


def power_for_rate(sessions: int, *, base: float, effect: float, alpha: float) -> float:
    """Give the chance that so many sessions of each variant show that a rate has moved by this much."""
    from scipy.special import ndtri

    other = base + effect
    mean = (base + other) / 2
    under_none = math.sqrt(2 * mean * (1 - mean))
    under_some = math.sqrt(base * (1 - base) + other * (1 - other))
    distance = abs(effect) * math.sqrt(sessions) - float(ndtri(1 - alpha / 2)) * under_none
    return _normal(distance / under_some) if under_some else float(distance > 0)


def sessions_for_mean(*, effect: float, spread: float, alpha: float, power: float) -> int:
    """Give how many sessions each variant needs to show a difference of means with this power."""
    if effect == 0 or spread <= 0:
        raise ValueError("An effect of nothing cannot be found, and a spread is above 0.")
    return _fewest(lambda n: power_for_mean(n, effect=effect, spread=spread, alpha=alpha) >= power)


def sessions_for_rate(*, base: float, effect: float, alpha: float, power: float) -> int:
    """Give how many sessions each variant needs to show that a rate has moved, with this power."""
    if effect == 0 or not (0 <= base <= 1 and 0 <= base + effect <= 1):
        raise ValueError("The rate before and after lies from 0 to 1, and differs.")
    return _fewest(lambda n: power_for_rate(n, base=base, effect=effect, alpha=alpha) >= power)


def _fewest(is_enough: Callable[[int], bool]) -> int:
    """Find the least number that is enough, knowing that every greater one is, too."""
    high = _FEWEST
    while not is_enough(high):
        if high >= MOST_SESSIONS:
            raise ValueError("No number of sessions that anybody will have shows an effect this small.")
        high *= 2
    low = max(_FEWEST, high // 2)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle + 1, high)
    return low


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))
