"""A thousand simulated experiments with a known effect, and a thousand with none.

With the number of sessions that the power calculator asks for, the promised share must find the effect, and
without one the promised share, and no more, may raise an alarm. Sessions are dealt out by the product's own
hash. A share counts as kept when the promise lies within the 99 % interval of the thousand.
Run with `python -m tests.benchmarks.bench_experiments`.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from statistics import fmean, variance

from scipy.stats import binomtest

from conversations.experiments.assignment import choose_variant
from conversations.experiments.comparing import (
    Comparison,
    Rate,
    compare_means,
    compare_rates,
    compare_skewed,
    holm,
)
from conversations.experiments.peeking import LEAST_EACH, always_valid
from conversations.experiments.power import (
    power_for_mean,
    power_for_rate,
    sessions_for_mean,
    sessions_for_rate,
)

REPORT = Path("var/bench/experiments.json")
TIMES = 1_000
ALPHA, POWER = 0.05, 0.8
SPREAD, GAIN = 12.0, 4.0
BASE, RISE = 0.40, 0.12
LOOK_EVERY = 50
SURE = 0.99


@dataclass(frozen=True, slots=True)
class Line:
    """One promise and what came of it."""

    what: str
    sessions: int
    promised: float
    found: float
    kept: bool


def dealt(chance: Random, sessions: int) -> tuple[int, int]:
    """Deal sessions out by hash as the product does, and give the sizes of the two groups."""
    salt = str(chance.random())
    groups = [0, 0]
    for _ in range(sessions):
        session = uuid.UUID(int=chance.getrandbits(128))
        groups[choose_variant(session, salt=salt, weights=(50, 50))] += 1
    return groups[0], groups[1]


def means(chance: Random, sessions: int, gain: float) -> Comparison | None:
    """Simulate one experiment about a mean."""
    few, many = dealt(chance, 2 * sessions)
    control = [chance.gauss(20, SPREAD) for _ in range(few)]
    variant = [chance.gauss(20 + gain, SPREAD) for _ in range(many)]
    return compare_means(control, variant, alpha=ALPHA)


def rates(chance: Random, sessions: int, rise: float) -> Comparison | None:
    """Simulate one experiment about a rate."""
    few, many = dealt(chance, 2 * sessions)
    control = Rate(sum(chance.random() < BASE for _ in range(few)), few)
    variant = Rate(sum(chance.random() < BASE + rise for _ in range(many)), many)
    return compare_rates(control, variant, alpha=ALPHA)


def skewed(chance: Random, sessions: int) -> Comparison | None:
    """Simulate one experiment about something with a long tail, without an effect."""
    few, many = dealt(chance, 2 * sessions)
    control = [chance.lognormvariate(8, 0.8) for _ in range(few)]
    return compare_skewed(control, [chance.lognormvariate(8, 0.8) for _ in range(many)], alpha=ALPHA)


def family(chance: Random, sessions: int) -> bool:
    """Simulate three metrics at once without an effect, and say whether Holm lets one through."""
    found = [means(chance, sessions, 0), rates(chance, sessions, 0), means(chance, sessions, 0)]
    return min(holm([one.p for one in found if one])) <= ALPHA


def watched(chance: Random, sessions: int, gain: float, *, naive: bool) -> bool:
    """Look again and again at one experiment, and say whether any look raises an alarm."""
    control: list[float] = []
    variant: list[float] = []
    while len(control) < sessions:
        control += [chance.gauss(20, SPREAD) for _ in range(LOOK_EVERY)]
        variant += [chance.gauss(20 + gain, SPREAD) for _ in range(LOOK_EVERY)]
        if len(control) < LEAST_EACH:
            continue
        effect = fmean(variant) - fmean(control)
        error = (variance_of_mean(control) + variance_of_mean(variant)) ** 0.5
        look = always_valid(effect=effect, error=error, tau=GAIN, alpha=ALPHA)
        alarm = abs(effect) > 1.96 * error if naive else look.p <= ALPHA
        if alarm:
            return True
    return False


def variance_of_mean(sample: list[float]) -> float:
    """Give the squared standard error of a mean."""
    return variance(sample) / len(sample)


def line(
    what: str, sessions: int, promised: float, once: Callable[[], bool], *, bound: str = "exactly"
) -> Line:
    """Run a thousand and compare with the promise."""
    hits = sum(once() for _ in range(TIMES))
    interval = binomtest(hits, TIMES).proportion_ci(SURE, method="wilson")
    kept = (bound == "at least" or interval.low <= promised) and (
        bound == "at most" or promised <= interval.high
    )
    return Line(what, sessions, round(promised, 4), hits / TIMES, bool(kept))


def alarm(found: Comparison | None) -> bool:
    """Say whether a comparison claims a difference."""
    return found is not None and found.p <= ALPHA


def measure(seed: int = 20261127) -> list[Line]:
    """Measure every promise."""
    chance = Random(seed)
    n = sessions_for_mean(effect=GAIN, spread=SPREAD, alpha=ALPHA, power=POWER)
    k = sessions_for_rate(base=BASE, effect=RISE, alpha=ALPHA, power=POWER)
    mean_power = power_for_mean(n, effect=GAIN, spread=SPREAD, alpha=ALPHA)
    rate_power = power_for_rate(k, base=BASE, effect=RISE, alpha=ALPHA)
    tell = [
        line("mean, effect", n, mean_power, lambda: alarm(means(chance, n, GAIN))),
        line("mean, none", n, ALPHA, lambda: alarm(means(chance, n, 0))),
        line("rate, effect", k, rate_power, lambda: alarm(rates(chance, k, RISE))),
        line("rate, none", k, ALPHA, lambda: alarm(rates(chance, k, 0))),
        line("long tail, none", 100, ALPHA, lambda: alarm(skewed(chance, 100))),
        line("three metrics with Holm, none", n, ALPHA, lambda: family(chance, n), bound="at most"),
        line("watched, none", 600, ALPHA, lambda: watched(chance, 600, 0, naive=False), bound="at most"),
        line(
            "watched, effect", 600, POWER, lambda: watched(chance, 600, GAIN, naive=False), bound="at least"
        ),
    ]
    naive = line(
        "(a plain test, watched, none)",
        600,
        ALPHA,
        lambda: watched(chance, 600, 0, naive=True),
        bound="at most",
    )
    return [*tell, naive]


def main() -> int:
    """Measure, print, write the report, and say by the exit code whether every promise was kept."""
    found = measure()
    print(f"{'of 1,000 experiments':32} {'sessions each':>13} {'promised':>9} {'found':>7}  kept")
    for one in found:
        kept = "yes" if one.kept else "no"
        print(f"{one.what:32} {one.sessions:13} {one.promised:9.3f} {one.found:7.3f}  {kept}")
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(
        json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    # The last line is there to show why peeking needs its own interval; it is no promise of ours.
    return int(not all(one.kept for one in found[:-1]))


if __name__ == "__main__":
    raise SystemExit(main())
