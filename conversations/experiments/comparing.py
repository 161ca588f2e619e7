"""Fixed-horizon comparisons of two samples: an effect, its interval, and how likely chance alone is.

The tests are scipy's. They are meant to be read once, at the planned horizon; `conversations.experiments.
peeking` is for every moment before it.
"""
# ruff: noqa: PLC0415 -- scipy costs a second and 90 MB, and only the page that shows a verdict needs it.

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance
from typing import Final

# Below this expected count in a cell the normal approximation of a rate is not to be trusted (Cochran 1954).
_LEAST_EXPECTED: Final = 5
# The pairwise differences behind an interval of ranks are the product of the two sizes.
_MOST_RANKED: Final = 1500


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share, or 0 of nothing."""
        return self.hits / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a variant has more than the control, the interval of that, and the p-value of there being nothing.

    `error` is the standard error of the effect, where the method has one.
    """

    effect: float
    low: float
    high: float
    p: float
    method: str
    error: float | None = None


def compare_means(control: Sequence[float], variant: Sequence[float], *, alpha: float) -> Comparison | None:
    """Compare two means by Welch's t-test; None where there is too little to compare."""
    from scipy.special import stdtrit
    from scipy.stats import ttest_ind_from_stats

    n, m = len(control), len(variant)
    if min(n, m) < 2:
        return None
    here, there = variance(control) / n, variance(variant) / m
    error = math.sqrt(here + there)
    if error == 0:
        return None
    effect = fmean(variant) - fmean(control)
    # From the moments, since scipy warns about a sample whose values are all the same.
    found = ttest_ind_from_stats(
        fmean(variant), math.sqrt(there * m), m, fmean(control), math.sqrt(here * n), n, equal_var=False
    )
    # Welch and Satterthwaite's degrees of freedom.
    freedom = (here + there) ** 2 / (here**2 / (n - 1) + there**2 / (m - 1))
    width = float(stdtrit(freedom, 1 - alpha / 2)) * error
    return Comparison(
        effect=effect,
        low=effect - width,
        high=effect + width,
        p=float(found.pvalue),
        method="Welch’s t",
        error=error,
    )


def compare_skewed(control: Sequence[float], variant: Sequence[float], *, alpha: float) -> Comparison | None:
    """Compare two samples with long tails by the Mann-Whitney test.

    The effect is Hodges and Lehmann's: the median of all differences between a member of one sample and one
    of the other, with the interval of their order statistics (Hollander, Wolfe and Chicken 2014, 4.3).
    """
    from scipy.special import ndtri
    from scipy.stats import mannwhitneyu

    n, m = len(control), len(variant)
    if min(n, m) < 2 or len({*control, *variant}) < 2:
        return None
    p = float(mannwhitneyu(variant, control, alternative="two-sided").pvalue)
    few, many = _thinned(control), _thinned(variant)
    differences = sorted(one - other for one in many for other in few)
    n, m = len(few), len(many)
    margin = float(ndtri(1 - alpha / 2)) * math.sqrt(n * m * (n + m + 1) / 12)
    rank = max(0, math.floor(n * m / 2 - margin))
    last = len(differences) - 1
    return Comparison(
        effect=(differences[last // 2] + differences[(last + 1) // 2]) / 2,
        low=differences[min(rank, last)],
        high=differences[max(0, last - rank)],
        p=p,
        method="Mann–Whitney",
    )


def compare_rates(control: Rate, variant: Rate, *, alpha: float) -> Comparison | None:
    """Compare two rates by the chi-square test, or by Fisher's exact one where counts are small.

    The interval is Newcombe's hybrid of two Wilson scores (1998, method 10), which keeps its level near 0
    and 1, too.
    """
    import numpy as np
    from scipy.stats import binomtest, chi2_contingency, fisher_exact

    if not (control.of and variant.of):
        return None
    table = [[variant.hits, variant.of - variant.hits], [control.hits, control.of - control.hits]]
    hits, total = control.hits + variant.hits, control.of + variant.of
    if min(hits, total - hits) * min(control.of, variant.of) / total < _LEAST_EXPECTED:
        p, method = float(fisher_exact(np.array(table)).pvalue), "Fisher’s exact"
    else:
        p, method = float(chi2_contingency(table, correction=False).pvalue), "chi-square"
    ours = binomtest(variant.hits, variant.of).proportion_ci(1 - alpha, method="wilson")
    theirs = binomtest(control.hits, control.of).proportion_ci(1 - alpha, method="wilson")
    effect = variant.value - control.value
    return Comparison(
        effect=effect,
        low=effect - math.hypot(variant.value - ours.low, theirs.high - control.value),
        high=effect + math.hypot(ours.high - variant.value, control.value - theirs.low),
        p=p,
        method=method,
        error=math.sqrt(_spread(control) + _spread(variant)),
    )


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust p-values for having looked at all of them (Holm 1979, step-down)."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for step, index in enumerate(order):
        highest = max(highest, min(1.0, p_values[index] * (len(p_values) - step)))
        adjusted[index] = highest
    return tuple(adjusted)


def _thinned(sample: Sequence[float]) -> list[float]:
    """Keep evenly spaced order statistics of a large sample: its shape, at a bounded cost."""
    ordered = sorted(sample)
    if len(ordered) <= _MOST_RANKED:
        return ordered
    step = (len(ordered) - 1) / (_MOST_RANKED - 1)
    return [ordered[round(index * step)] for index in range(_MOST_RANKED)]


def _spread(rate: Rate) -> float:
    return rate.value * (1 - rate.value) / rate.of
