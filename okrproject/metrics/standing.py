"""How things stand at the moment of asking: gauges read from PostgreSQL and Redis, not counted."""

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from okrproject.health.cache_figures import cache_figures
from okrproject.health.checks import check_workers, guard_standing

# The partial indexes of open jobs serve this: it never reads the finished ones.
_OPEN_JOBS = """
    SELECT status, priority, count(*) FROM conversations_job
     WHERE status = 'queued' GROUP BY status, priority
    UNION ALL
    SELECT status, priority, count(*) FROM conversations_job
     WHERE status = 'running' GROUP BY status, priority
"""


class Standing(Collector):
    """Asks the database and Redis; what does not answer is left out, and `okr_up` says so."""

    def collect(self) -> Iterator[Metric]:
        """Give every gauge."""
        jobs = _open_jobs()
        up = GaugeMetricFamily("okr_up", "Whether a part answered.", labels=["part"])
        up.add_metric(["database"], float(jobs is not None))
        workers = check_workers(database_answers=jobs is not None).figures
        up.add_metric(["broker"], float("error" not in workers))
        yield up
        info = GaugeMetricFamily("okr_info", "What runs.", labels=["version", "claude"])
        info.add_metric([settings.VERSION, settings.CLAUDE_MODE], 1)
        yield info
        if jobs is not None:
            yield _jobs(jobs)
        yield from _workers(workers)
        yield from _guard()
        yield from _caches()


def _open_jobs() -> list[tuple[str, str, int]] | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_OPEN_JOBS)
            return [(str(status), str(priority), int(count)) for status, priority, count in cursor.fetchall()]
    except DatabaseError:
        return None


def _jobs(found: list[tuple[str, str, int]]) -> Metric:
    family = GaugeMetricFamily("okr_open_jobs", "Jobs not yet ended.", labels=["status", "priority"])
    counted = {(status, priority): count for status, priority, count in found}
    for status in ("queued", "running"):
        for priority in ("interactive", "normal", "bulk"):
            family.add_metric([status, priority], counted.get((status, priority), 0))
    return family


def _workers(figures: dict[str, object]) -> Iterator[Metric]:
    names = {
        "count": ("okr_workers", "Worker processes that consume."),
        "slots": ("okr_worker_slots", "Jobs all workers can hold at once."),
        "busy": ("okr_worker_slots_busy", "Jobs the workers hold."),
    }
    if "error" in figures:
        return
    for key, (name, says) in names.items():
        value = figures.get(key)
        if isinstance(value, int):
            yield GaugeMetricFamily(name, says, value=value)
    oldest = figures.get("oldest_job_age_seconds")
    yield GaugeMetricFamily(
        "okr_oldest_queued_seconds",
        "For how long the oldest job could have been taken; 0 when none waits.",
        value=float(oldest) if isinstance(oldest, (int, float)) else 0.0,
    )


def _guard() -> Iterator[Metric]:
    standing = guard_standing()
    if standing is None:
        return
    yield GaugeMetricFamily("okr_claude_calls_in_flight", "Calls that run now.", value=standing.in_flight)
    yield GaugeMetricFamily(
        "okr_claude_calls_max", "Calls the fleet may make at once.", value=settings.CLAUDE_MAX_IN_FLIGHT
    )
    states = GaugeMetricFamily("okr_breaker_state", "The breaker's state.", labels=["model", "state"])
    left = GaugeMetricFamily("okr_limit_left", "What may be asked at once.", labels=["model", "limit"])
    most = GaugeMetricFamily("okr_limit_per_minute", "What may be asked.", labels=["model", "limit"])
    for model, one in standing.models.items():
        for state in ("closed", "open", "half_open"):
            states.add_metric([model, state], float(one.state == state))
        for kind, (limit, remaining) in one.limits.items():
            most.add_metric([model, kind], limit)
            left.add_metric([model, kind], remaining)
    yield from (states, left, most)


def _caches() -> Iterator[Metric]:
    says = {
        "hits": "Lookups answered.",
        "misses": "Lookups not answered.",
        "bypass": "Lookups that were not to be answered.",
        "stale": "Answers given that were too old, because the model failed.",
        "coalesced": "Answers heard from another one's call.",
        "similar": "Lookups answered with the answer to other words that mean the same.",
        "rejected_writes": "Answers not stored: something had changed meanwhile, or they were too large.",
        "invalidations": "Times that tags were invalidated.",
        "evictions": "Entries given up for room.",
        "entries": "Entries held.",
        "tokens_saved": "Tokens not asked of Claude.",
        "ms_saved": "Milliseconds not waited for.",
    }
    figures = cache_figures()
    for key, text in says.items():
        family = GaugeMetricFamily(f"okr_cache_{key}", text, labels=["cache"])
        for cache, counted in figures.items():
            value = counted.get(key) if isinstance(counted, dict) else None
            if isinstance(value, int):
                family.add_metric([cache], value)
        yield family
    yield GaugeMetricFamily(
        "okr_cache_max_entries", "The most entries held.", value=settings.RESPONSE_CACHE_MAX_ENTRIES
    )
