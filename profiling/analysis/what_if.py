"""What the average message would take if something were different.

A cached reply spares the whole Claude call, so with hit rate h the average is
(1 − h) · miss + h · hit: the saving is not a percentage of a hit, it is the call itself.
"""

from dataclasses import dataclass
from statistics import fmean

from profiling.analysis.results import CLAUDE, TOTAL, Results
from profiling.analysis.statistics import Trend, trend

HIT_RATES = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9)
PROMPT_SAVINGS = (0.1, 0.2, 0.3)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a message costs with and without a call, in milliseconds."""

    miss_ms: float
    claude_ms: float
    hit_ms: float
    hit_is_measured: bool
    input_tokens: float | None
    by_prompt: Trend | None
    first_token_ms: float | None
    whole_ms: float | None

    @property
    def knows_calls(self) -> bool:
        """Whether the run made any call: one that is all hits says nothing about misses."""
        return self.claude_ms > 0

    @property
    def rest_ms(self) -> float:
        """What a message takes outside of the Claude call."""
        return self.miss_ms - self.claude_ms

    def average_at(self, hit_rate: float, *, prompt_saving_ms: float = 0.0) -> float:
        """Give the average message at a hit rate from 0 to 1."""
        return (1 - hit_rate) * (self.miss_ms - prompt_saving_ms) + hit_rate * self.hit_ms

    def hit_rate_for(self, target_ms: float) -> float | None:
        """Give the least hit rate that meets a target; nothing if no hit rate does."""
        if self.miss_ms <= target_ms:
            return 0.0
        if self.hit_ms > target_ms:
            return None
        return (self.miss_ms - target_ms) / (self.miss_ms - self.hit_ms)

    def most_by_prompt(self, share: float) -> float:
        """Give the most a prompt shorter by this share can spare: as if all time were reading it."""
        return self.claude_ms * share

    def measured_by_prompt(self, share: float) -> float | None:
        """Give what a prompt shorter by this share spares, if the samples show any effect."""
        if self.by_prompt is None or self.input_tokens is None or not self.by_prompt.stands_out:
            return None
        return max(0.0, self.by_prompt.slope * self.input_tokens * share)


def costs_of(results: Results) -> Costs:
    """Take the costs from the samples, or from the totals where a file has no samples."""
    answered = results.answered()
    called = [one for one in answered if CLAUDE in one.steps and not one.is_hit]
    hits = [one.total_ms for one in answered if one.is_hit and one.total_ms is not None]
    if called:
        miss = fmean(one.total_ms or 0.0 for one in called)
        claude = fmean(one.steps[CLAUDE] for one in called)
    else:
        miss, claude = _from_totals(results)
    streamed = [one for one in called if one.first_token_ms is not None]
    return Costs(
        miss_ms=miss,
        claude_ms=claude,
        hit_ms=fmean(hits) if hits else miss - claude,
        hit_is_measured=bool(hits),
        input_tokens=fmean(one.input_tokens for one in called) if called else None,
        by_prompt=trend([(float(one.input_tokens), one.steps[CLAUDE]) for one in called]),
        first_token_ms=fmean(one.first_token_ms or 0.0 for one in streamed) if streamed else None,
        whole_ms=fmean(one.total_ms or 0.0 for one in streamed) if streamed else None,
    )


def _from_totals(results: Results) -> tuple[float, float]:
    totals = {CLAUDE: 0.0, TOTAL: 0.0}
    for scenario in results.scenarios:
        for timed in scenario.operations:
            if timed.name in totals:
                totals[timed.name] += timed.total_ms
    miss = (totals[TOTAL] or results.total_ms) / results.messages
    return miss, totals[CLAUDE] / results.messages
