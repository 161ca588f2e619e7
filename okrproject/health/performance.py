"""How fast the newest answers were, by PostgreSQL's own percentiles."""

from django.db import connection

SAMPLE = 1000
TARGET_MS = 2000

_NEWEST = """
    WITH newest AS (
        SELECT timings FROM conversations_job
         WHERE finished_at IS NOT NULL AND status = 'succeeded'
         ORDER BY finished_at DESC LIMIT %s
    )
"""
_FIGURES = "count(ms), avg(ms), percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY ms)"
_TOTAL = f"""{_NEWEST}
    SELECT {_FIGURES} FROM (
        SELECT (timings ->> 'conversation_processing_total')::float AS ms FROM newest
    ) AS totals
"""  # noqa: S608 - made of constants.  # nosec B608
_BY_STEP = f"""{_NEWEST}
    SELECT step, {_FIGURES} FROM (
        SELECT key AS step, value::float AS ms FROM newest, jsonb_each_text(timings -> 'steps')
    ) AS steps
     GROUP BY step ORDER BY step
"""  # noqa: S608 - made of constants.  # nosec B608


def performance() -> dict[str, object]:
    """Give count, mean and percentiles in milliseconds, for the whole and by step."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTAL, [SAMPLE])
        total = _figures(*cursor.fetchone())
        cursor.execute(_BY_STEP, [SAMPLE])
        steps = {step: _figures(*figures) for step, *figures in cursor.fetchall()}
    return total | {"target_ms": TARGET_MS, "by_step": steps}


def _figures(count: int, average: float | None, percentiles: list[float] | None) -> dict[str, object]:
    p50, p95, p99 = percentiles or (None, None, None)
    return {
        "messages": count,
        "average_ms": _rounded(average),
        "p50_ms": _rounded(p50),
        "p95_ms": _rounded(p95),
        "p99_ms": _rounded(p99),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
