"""A turn as the page shows it: what was asked, what was answered, and how it went."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from conversations.models import OPEN, Job
from conversations.pages.markdown import render_markdown
from conversations.selectors import QueuePlace, queue_place
from conversations.values import JobStatus, place_of

_CACHE_WORDS: Mapping[str, str] = {
    "hit": "from cache",
    "stale": "from cache, out of date",
    "coalesced": "shared with an identical question",
    "miss": "answered anew",
    "bypass": "cache bypassed",
}

_WHOLE_SECONDS_FROM = 10
_MINUTES_FROM = 90


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of the work: its name in words, its time, and its share of the longest."""

    name: str
    ms: float
    share: int


@dataclass(frozen=True, slots=True)
class TurnShown:
    """One message with its answer, or with what became of it."""

    job: Job
    is_open: bool
    may_retry: bool
    reply: SafeString | None
    partial: SafeString | None
    place: QueuePlace | None
    cache: str
    took: str
    steps: tuple[StepShown, ...]


def shown(job: Job) -> TurnShown:
    """Prepare a job that was loaded with its message and reply."""
    return TurnShown(
        job=job,
        is_open=job.status in OPEN,
        may_retry=job.status in (JobStatus.FAILED, JobStatus.CANCELLED),
        reply=render_markdown(job.reply.content) if job.reply else None,
        partial=render_markdown(job.partial_text) if job.partial_text else None,
        place=queue_place(job),
        cache=_cache_words(job.cache),
        took=_rounded(job.timings.get("conversation_processing_total", 0) / 1000),
        steps=_steps(job.timings.get("steps", {})),
    )


def _cache_words(cache: Mapping[str, object]) -> str:
    words = _CACHE_WORDS.get(str(cache.get("status")), "")
    age = cache.get("age_seconds")
    return f"{words}, {_rounded(age)} old" if words and isinstance(age, int | float) else words


def _rounded(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < _MINUTES_FROM:
        return f"{seconds:.1f} s" if seconds < _WHOLE_SECONDS_FROM else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"


def _steps(timings: Mapping[str, float]) -> tuple[StepShown, ...]:
    longest = max(timings.values(), default=0) or 1
    return tuple(
        StepShown(_named(name), ms, round(100 * ms / longest))
        for name, ms in sorted(timings.items(), key=lambda step: place_of(step[0]))
    )


def _named(step: str) -> str:
    words = [part for part in step.split("_")[1:] if not part.isdigit()]
    return " ".join(words)
