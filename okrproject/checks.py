"""System checks: settings that are each allowed and together make no sense."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own word


def settings_agree(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Find time limits and addresses that contradict each other."""
    return [*_times(), *_addresses()]


def settings_are_fit_for_deployment(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Find what is fine on a desk and not on the internet (`manage.py check --deploy`)."""
    found = [*_shared_server(), *_claude()]
    if not settings.SECRET_KEY_CHOSEN:
        found.append(
            Warning(
                "SECRET_KEY is a random one kept in the data folder.",
                hint="Set SECRET_KEY, the same for every process on every machine.",
                id="okrproject.W003",
            )
        )
    if settings.TEST_CRASH_POINTS:
        found.append(
            Error(
                "Crash points are on: processes die on purpose.",
                hint="Unset OKR_TEST_CRASH_POINTS outside of tests.",
                id="okrproject.E005",
            )
        )
    if settings.WEBHOOK_ALLOW_LOOPBACK:
        found.append(
            Error(
                "Webhooks may go to this machine, so a user could reach what listens only here.",
                hint="Unset WEBHOOK_ALLOW_LOOPBACK outside of tests and development.",
                id="okrproject.E006",
            )
        )
    return found


def _times() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.CLAUDE_IDLE_TIMEOUT > settings.CLAUDE_TIMEOUT:
        found.append(
            Error(
                "CLAUDE_IDLE_TIMEOUT_SECONDS is longer than CLAUDE_TIMEOUT_SECONDS, so it never applies.",
                hint="The idle limit is the longest silence within a call; make it the shorter one.",
                id="okrproject.E001",
            )
        )
    if settings.JOB_DEADLINE < settings.CLAUDE_TIMEOUT:
        found.append(
            Error(
                "JOB_DEADLINE_SECONDS is shorter than CLAUDE_TIMEOUT_SECONDS, so no call may take its time.",
                hint="Give a job at least the time of one call.",
                id="okrproject.E002",
            )
        )
    if settings.JOB_EXPIRY < settings.JOB_DEADLINE:
        found.append(
            Error(
                "JOB_EXPIRY_SECONDS is shorter than JOB_DEADLINE_SECONDS: jobs would expire while they run.",
                hint="Raise JOB_EXPIRY_SECONDS above JOB_DEADLINE_SECONDS.",
                id="okrproject.E003",
            )
        )
    return found


def _addresses() -> list[CheckMessage]:
    if not _one_server() or _database(settings.REDIS_URL) != _database(settings.CACHE_REDIS_URL):
        return []
    return [
        Error(
            "REDIS_URL and CACHE_REDIS_URL name the same database: clearing the cache empties the queue.",
            hint="Give the cache another server, or at least another database number.",
            id="okrproject.E004",
        )
    ]


def _shared_server() -> list[CheckMessage]:
    if not _one_server():
        return []
    return [
        Warning(
            "REDIS_URL and CACHE_REDIS_URL share one server, and so one memory limit and eviction policy.",
            hint="Run two: the broker with noeviction and an append-only file, the cache with allkeys-lru.",
            id="okrproject.W001",
        )
    ]


def _one_server() -> bool:
    broker, cache = urlsplit(settings.REDIS_URL), urlsplit(settings.CACHE_REDIS_URL)
    return (broker.hostname, broker.port or 6379) == (cache.hostname, cache.port or 6379)


def _database(url: str) -> str:
    return urlsplit(url).path.strip("/") or "0"


def _claude() -> list[CheckMessage]:
    if settings.ANTHROPIC_API_KEY or settings.ANTHROPIC_BASE_URL:
        return []
    return [
        Warning(
            "ANTHROPIC_API_KEY is not set, so no message can be answered by Claude.",
            hint="Set it, or start with `manage.py up`, which then runs a local simulator.",
            id="okrproject.W002",
        )
    ]
