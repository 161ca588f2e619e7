"""Intervals that hold at every look, for whoever watches an experiment before its horizon.

The mixture sequential probability ratio test of Johari, Pekelis and Walsh ("Always valid inference", 2017):
the likelihood ratio is averaged over effects drawn from a normal distribution around zero with standard
deviation tau. Ville's inequality then bounds the chance that it ever passes 1/alpha by alpha, however often
one looks.
"""

import math
from dataclasses import dataclass
from typing import Final

# The ratio knows no small samples: below this many of each the standard error itself is a guess.
LEAST_EACH: Final = 30


@dataclass(frozen=True, slots=True)
class AlwaysValid:
    """An interval and a p-value that may be read at any time."""

    low: float
    high: float
    p: float


def always_valid(*, effect: float, error: float, tau: float, alpha: float) -> AlwaysValid:
    """Give what is known of an effect with this standard error; `tau` is the effect one hopes to see.

    Another tau costs width, never validity.
    """
    spread, mixing = error**2, tau**2
    ratio = math.sqrt(spread / (spread + mixing)) * math.exp(
        min(700.0, mixing * effect**2 / (2 * spread * (spread + mixing)))
    )
    width = math.sqrt(
        2 * spread * (spread + mixing) / mixing * math.log(math.sqrt((spread + mixing) / spread) / alpha)
    )
    return AlwaysValid(low=effect - width, high=effect + width, p=min(1.0, 1 / ratio))
