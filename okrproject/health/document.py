"""The whole health document."""

import time

from django.conf import settings
from django.db import DatabaseError

from okrproject.health.cache_figures import cache_figures
from okrproject.health.checks import (
    Check,
    check_claude,
    check_database,
    check_memory,
    check_redis,
    check_workers,
)
from okrproject.health.performance import performance

_STARTED = time.monotonic()


def health_document() -> dict[str, object]:
    """Run every check and collect every figure."""
    database = check_database()
    checks = {
        "database": database,
        "broker": check_redis(settings.REDIS_URL),
        "cache": check_redis(settings.CACHE_REDIS_URL),
        "workers": check_workers(database_answers=database.well),
        "claude": check_claude(),
        "memory": check_memory(),
    }
    return {
        "status": _status(checks),
        "version": settings.VERSION,
        "uptime_seconds": round(time.monotonic() - _STARTED, 1),
        "checks": {name: check.as_json() for name, check in checks.items()},
        "cache": cache_figures(),
        "performance": _performance(database),
    }


def _status(checks: dict[str, Check]) -> str:
    if not checks["database"].well:
        return "unhealthy"
    return "healthy" if all(check.well for check in checks.values()) else "degraded"


def _performance(database: Check) -> dict[str, object] | None:
    if not database.well:
        return None
    try:
        return performance()
    except DatabaseError:
        return None
