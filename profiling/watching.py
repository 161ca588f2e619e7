"""Profiles of jobs as the settings want them: limits, metrics, memory, or nothing at all."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings

from profiling.analysis.results import CLAUDE, TOTAL
from profiling.memory import MemoryMeter
from profiling.metrics import SLOW_STEPS, STEP_MEMORY, STEP_SECONDS
from profiling.spans import Ended, Profile, Watch

logger = logging.getLogger(__name__)

_meter = MemoryMeter()


@contextmanager
def watched_profile(
    on_end: Callable[[str, float], None] | None = None,
    *,
    told: Callable[[Sequence[Ended]], None] | None = None,
    meter: MemoryMeter = _meter,
) -> Iterator[Profile]:
    """Give the profile of one job while it runs; with PROFILING_ENABLED off it keeps nothing.

    `told` gets all spans at the end, in the order they ended.
    """
    if not settings.PROFILING_ENABLED:
        yield Profile(on_end, keep=False)
        return
    slow, slow_claude = _ms(settings.PROFILING_SLOW), _ms(settings.PROFILING_SLOW_CLAUDE)
    # Counting costs more than measuring, so it waits until the reply is on its way.
    ended: list[Ended] = []
    with meter.job() as resident:
        watch = Watch(
            slow_ms=slow,
            # The whole contains the call, so the call's limit is the least that makes sense for it.
            slow_ms_of={CLAUDE: slow_claude, TOTAL: max(slow, slow_claude)},
            resident_bytes=resident,
            on_end=ended.append,
        )
        try:
            yield Profile(on_end, watch=watch)
        finally:
            for one in ended:
                _count(one)
            if told is not None:
                told(ended)


def _count(ended: Ended) -> None:
    STEP_SECONDS.labels(ended.name).observe(ended.ms / 1000)
    if ended.memory_bytes is not None:
        STEP_MEMORY.labels(ended.name).set(ended.memory_bytes)
    if ended.slow:
        SLOW_STEPS.labels(ended.name).inc()
        logger.warning("A step was slow.", extra={"step": ended.name, "ms": ended.ms, "parent": ended.parent})


def _ms(limit: timedelta) -> float:
    return limit.total_seconds() * 1000
