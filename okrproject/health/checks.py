"""One check per part of the system, each measured."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass

import orjson
import psutil
import psycopg
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import Redis
from redis.exceptions import RedisError

from conversations.guard.fleet import Standing, guard_server, look
from conversations.scripts import ServerUnavailableError
from conversations.selectors import oldest_queued_age
from conversations.values import PRESENCE_PREFIX

_TIMEOUT_SECONDS = 2
_STALE_QUEUE_SECONDS = 60.0
_FULL_MEMORY_PERCENT = 95.0


@dataclass(frozen=True, slots=True)
class Check:
    """How one part is, with its figures."""

    well: bool
    figures: dict[str, object]

    def as_json(self) -> dict[str, object]:
        """Give the check's part of the document."""
        return {"status": "ok" if self.well else "failed"} | self.figures


def check_database() -> Check:
    """Connect anew and ask; a pool that is merely exhausted is not a database that is down."""
    return _timed(_ask_database, DatabaseError, psycopg.Error)


def _ask_database() -> None:
    parameters = {key: value for key, value in connection.get_connection_params().items() if key != "pool"}
    parameters |= {"connect_timeout": _TIMEOUT_SECONDS, "autocommit": True}
    with psycopg.connect(**parameters) as fresh:
        fresh.execute("SELECT 1")


def check_redis(url: str) -> Check:
    """Ping one Redis."""

    def ping() -> None:
        with _redis(url) as client:
            client.ping()

    return _timed(ping, RedisError, OSError)


def check_workers(*, database_answers: bool) -> Check:
    """Count the worker processes that say they consume, and age the oldest job that waits."""
    try:
        with _redis(settings.REDIS_URL) as client:
            keys = list(client.scan_iter(match=f"{PRESENCE_PREFIX}*", count=1000))
            signs = [orjson.loads(sign) for sign in (client.mget(keys) if keys else []) if sign]
        oldest = oldest_queued_age() if database_answers else None
    except (RedisError, OSError, DatabaseError, orjson.JSONDecodeError) as error:
        return Check(well=False, figures={"consuming": False, "count": 0, "error": type(error).__name__})
    figures: dict[str, object] = {
        "consuming": bool(signs),
        "count": len(signs),
        "slots": sum(sign["slots"] for sign in signs),
        "busy": sum(sign["busy"] for sign in signs),
        "oldest_job_age_seconds": None if oldest is None else round(oldest, 3),
    }
    return Check(well=bool(signs) and (oldest or 0) < _STALE_QUEUE_SECONDS, figures=figures)


def check_claude() -> Check:
    """Say which model service is asked and how the guard stands; the service itself costs money to ask."""
    figures: dict[str, object] = {"mode": settings.CLAUDE_MODE, "model": settings.CLAUDE_MODEL}
    standing = guard_standing()
    if standing is None:
        # Each process decides for itself; the broker's own check says what is wrong.
        return Check(well=True, figures=figures | {"breaker": "unknown"})
    models = {name: asdict(one) for name, one in standing.models.items()}
    figures |= {
        "breaker": standing.breaker,
        "in_flight": standing.in_flight,
        "max_in_flight": settings.CLAUDE_MAX_IN_FLIGHT,
        "retry_credit": standing.retry_credit,
        "models": models,
    }
    return Check(well=standing.breaker == "closed", figures=figures)


def guard_standing() -> Standing | None:
    """Ask the fleet's guard how it stands towards the configured models; None when Redis does not answer."""
    models = tuple(dict.fromkeys((settings.CLAUDE_MODEL, settings.CLAUDE_FAST_MODEL)))
    with closing(guard_server(settings.REDIS_URL, patience=_TIMEOUT_SECONDS)) as server:
        try:
            return look(server, models)
        except ServerUnavailableError:
            return None


def check_memory() -> Check:
    """Read this process's memory and the machine's."""
    machine = psutil.virtual_memory()
    figures: dict[str, object] = {
        "process_rss_bytes": psutil.Process().memory_info().rss,
        "machine_available_bytes": machine.available,
        "machine_used_percent": machine.percent,
    }
    return Check(well=machine.percent < _FULL_MEMORY_PERCENT, figures=figures)


class _Migrations:
    """Whether every migration this code knows is applied; a yes holds for the process's life."""

    def __init__(self) -> None:
        self._applied = False

    def applied(self) -> bool:
        """Ask the database until it once said yes."""
        if not self._applied:
            executor = MigrationExecutor(connection)
            self._applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return self._applied


_migrations = _Migrations()


def is_ready() -> bool:
    """Tell whether messages can be accepted: the database answers and is migrated.

    The broker does not matter here: an accepted message waits in the database.
    """
    if not check_database().well:
        return False
    try:
        return _migrations.applied()
    except DatabaseError:
        return False


def _redis(url: str) -> Redis:
    return Redis.from_url(url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS)


def _timed(ask: Callable[[], None], *failures: type[Exception]) -> Check:
    begun = time.perf_counter()
    try:
        ask()
    except failures as error:
        return Check(well=False, figures={"latency_ms": None, "error": type(error).__name__})
    return Check(well=True, figures={"latency_ms": round((time.perf_counter() - begun) * 1000, 3)})
