"""What to do first: by share of the time and by what can be gained."""

from dataclasses import dataclass

from profiling.analysis.operations import Category, Operation
from profiling.analysis.what_if import Costs

# The hit rate the project aims for is what caching can reasonably bring.
REACHABLE_HIT_RATE = 0.7
_URGENT, _WORTHWHILE = 0.10, 0.01


@dataclass(frozen=True, slots=True)
class Priority:
    """How urgent an operation is, and what could be gained on an average message."""

    level: str
    gain_ms: float
    gain_share: float
    how: str


def priority_of(operation: Operation, costs: Costs, messages: int) -> Priority:
    """Rank an operation: P0 from a tenth of the time to gain, P1 from a hundredth, else P2."""
    average = costs.miss_ms or 1.0
    match operation.category:
        case Category.WRAPPER:
            return Priority("–", 0.0, 0.0, "contains the others; improve those")
        case Category.EXTERNAL:
            gain = REACHABLE_HIT_RATE * max(0.0, costs.miss_ms - costs.hit_ms)
            how = f"response cache at {REACHABLE_HIT_RATE:.0%} hits"
        case _:
            gain, how = operation.total_ms / messages, "at most all of it, if it vanished"
    share = gain / average
    level = "P0" if share >= _URGENT else "P1" if share >= _WORTHWHILE else "P2"
    return Priority(level, gain, share, how)
