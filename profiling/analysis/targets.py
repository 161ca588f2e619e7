"""The project's targets, and whether a run meets them."""

from dataclasses import dataclass

from profiling.analysis.operations import Category, Operation
from profiling.analysis.results import Results

TARGET_MS = 2000.0
DATABASE_MS = 50.0
HIT_RATE = 0.70
OVERHEAD_MS = 8.0


@dataclass(frozen=True, slots=True)
class Target:
    """One target: `met` is None where the file cannot tell."""

    name: str
    wanted: str
    measured: str
    gap: str
    met: bool | None

    @property
    def verdict(self) -> str:
        """Say pass, gap or unknown."""
        return "unknown" if self.met is None else "pass" if self.met else "gap"


def targets_of(results: Results, found: tuple[Operation, ...], *, overhead_ms: float) -> tuple[Target, ...]:
    """Judge the average message, the database, the cache and the overhead."""
    database = [one for one in found if one.category is Category.DATABASE]
    database_ms = sum(one.total_ms for one in database) / results.messages
    return (
        _below("Average per message", results.average_ms, TARGET_MS, known=True),
        _below("Database per message", database_ms, DATABASE_MS, known=bool(database)),
        _hit_rate(results),
        _below("Outside the Claude call, per message", overhead_ms, OVERHEAD_MS, known=bool(found)),
    )


def hit_rate_of(results: Results) -> float | None:
    """Give the share of answers from the cache, of those that could have been."""
    asked = [one for one in results.answered() if one.cache in {"hit", "stale", "miss", "coalesced"}]
    return sum(one.is_hit for one in asked) / len(asked) if asked else None


def _below(name: str, value: float, limit: float, *, known: bool) -> Target:
    if not known:
        return Target(name, f"< {limit:,.0f} ms", "not in the file", "–", None)
    gap = "–" if value < limit else f"{value - limit:,.1f} ms ({(value - limit) / value:.0%} less needed)"
    return Target(name, f"< {limit:,.0f} ms", f"{value:,.2f} ms", gap, value < limit)


def _hit_rate(results: Results) -> Target:
    rate, wanted = hit_rate_of(results), f"> {HIT_RATE:.0%}"
    if rate is None:
        return Target("Cache hit rate", wanted, "no cache was asked", "–", None)
    gap = "–" if rate > HIT_RATE else f"{(HIT_RATE - rate) * 100:.1f} points"
    return Target("Cache hit rate", wanted, f"{rate:.1%}", gap, rate > HIT_RATE)
