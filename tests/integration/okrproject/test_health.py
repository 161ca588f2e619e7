"""What the health addresses tell, and to whom."""

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from redis import Redis

from conversations.guard.fleet import FleetGuard
from conversations.guard.values import Ask, BreakerRules, Outcome, Result, Rules
from conversations.values import JobStatus
from okrproject.health import checks
from tests.builders import a_job, a_user, an_api_key

pytestmark = pytest.mark.django_db
OUTSIDE: dict[str, Any] = {"REMOTE_ADDR": "203.0.113.9"}


def health(**extra: Any) -> Any:
    return Client(**extra).get("/health/")


def a_worker(broker: Redis, name: str, *, busy: int = 0) -> None:
    sign = {"pid": 1, "slots": 100, "busy": busy, "started_at": 0.0}
    broker.set(f"okr:worker:{name}", orjson.dumps(sign), ex=15)


def test_being_alive_needs_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        response = Client().get("/health/live")

    assert (response.status_code, response.json()) == (200, {"status": "alive"})


def test_a_migrated_database_makes_it_ready_even_without_a_broker(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert Client().get("/health/ready").status_code == 200


def test_without_a_database_it_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_ask_database", unreachable)

    assert Client().get("/health/ready").status_code == 503
    assert health().status_code == 503
    assert health().json()["status"] == "unhealthy"


def unreachable() -> None:
    raise OperationalError("connection refused")


def test_with_a_worker_at_work_everything_is_well(broker: Redis) -> None:
    a_worker(broker, "one", busy=3)
    a_worker(broker, "two")

    body = health().json()

    workers = body["checks"]["workers"]
    assert body["status"] == "healthy"
    assert (workers["consuming"], workers["count"], workers["slots"], workers["busy"]) == (True, 2, 200, 3)
    assert workers["oldest_job_age_seconds"] is None
    assert body["checks"]["database"]["latency_ms"] > 0
    assert body["checks"]["broker"]["latency_ms"] > 0
    assert body["checks"]["claude"]["mode"] == "simulator"
    assert body["version"] == settings.VERSION


def test_without_a_worker_or_with_an_old_job_it_is_degraded(broker: Redis) -> None:
    assert health().json()["status"] == "degraded"

    a_worker(broker, "one")
    a_job(available_at=timezone.now() - timedelta(minutes=5))
    body = health().json()

    assert body["status"] == "degraded"
    assert body["checks"]["workers"]["oldest_job_age_seconds"] >= 300


def test_an_open_breaker_is_seen_by_everybody(broker: Redis, settings: Settings) -> None:
    a_worker(broker, "one")
    settings.CLAUDE_MODEL = "claude-sonnet-5-5"
    guard = FleetGuard(settings.REDIS_URL, Rules(breaker=BreakerRules(failures=1)), patience=5.0)
    assert health().json()["checks"]["claude"]["breaker"] == "closed"

    guard.leave(guard.enter(Ask(settings.CLAUDE_MODEL, 10)), Result(Outcome.OVERLOADED))
    guard.enter(Ask(settings.CLAUDE_FAST_MODEL, 10))
    claude = health().json()["checks"]["claude"]
    metrics = Client().get("/metrics").content.decode()

    assert (claude["status"], claude["breaker"], claude["in_flight"]) == ("failed", "open", 1)
    assert claude["models"]["claude-sonnet-5-5"]["reason"] == "overloaded"
    assert 'okr_breaker_state{model="claude-sonnet-5-5",state="open"} 1.0' in metrics
    assert "okr_claude_calls_in_flight 1.0" in metrics


def test_without_a_broker_it_is_degraded_and_says_so(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    body = health().json()

    assert (body["status"], body["checks"]["broker"]["status"]) == ("degraded", "failed")
    assert body["checks"]["workers"]["consuming"] is False


def test_the_performance_is_that_of_the_newest_answers(broker: Redis) -> None:
    for milliseconds in (100.0, 200.0, 300.0):
        timings = {
            "conversation_processing_total": milliseconds,
            "steps": {"step_1_load_session": milliseconds / 10},
        }
        a_job(status=JobStatus.SUCCEEDED, timings=timings)
    a_job(status=JobStatus.FAILED, timings={"conversation_processing_total": 9999.0})

    performance = health().json()["performance"]

    assert (performance["messages"], performance["average_ms"], performance["p50_ms"]) == (3, 200.0, 200.0)
    assert (performance["p95_ms"], performance["target_ms"]) == (290.0, 2000)
    assert performance["by_step"]["step_1_load_session"]["p50_ms"] == 20.0


def test_the_caches_counters_are_those_in_redis(cache_server: Redis) -> None:
    cache_server.hset("okr:cache:stats", mapping={"hits": 3, "misses": 1, "tokens_saved": 500})

    figures = health().json()["cache"]

    assert (figures["response"]["hits"], figures["response"]["hit_rate"]) == (3, 0.75)
    assert figures["response"]["max_entries"] == settings.RESPONSE_CACHE_MAX_ENTRIES
    assert (figures["knowledge"]["hits"], figures["knowledge"]["hit_rate"]) == (0, None)


def test_outsiders_do_not_learn_that_it_exists() -> None:
    assert health(**OUTSIDE).status_code == 404
    assert health(HTTP_AUTHORIZATION=f"Bearer {an_api_key(a_user())}", **OUTSIDE).status_code == 404


def test_what_a_local_proxy_forwards_is_not_local() -> None:
    assert health(HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 404


def test_allowed_networks_and_staff_may_look(settings: Settings) -> None:
    staff = a_user(is_staff=True)
    in_admin = Client(REMOTE_ADDR="203.0.113.9")
    in_admin.force_login(staff)

    assert health(HTTP_AUTHORIZATION=f"Bearer {an_api_key(staff)}", **OUTSIDE).status_code == 200
    assert in_admin.get("/health/").status_code == 200
    settings.OPS_ALLOWED_NETWORKS = (ip_network("203.0.113.0/24"),)
    assert health(**OUTSIDE).status_code == 200
