"""The page itself, for staff: their own organization, or for superusers any."""

from uuid import UUID

import orjson
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis import Redis
from redis.exceptions import RedisError

from conversations.values import PRESENCE_PREFIX
from knowledge.models import Organization, User
from okrproject.dashboard import board, figures
from okrproject.dashboard.figures import Period, Scope, period_of
from okrproject.health.checks import check_claude, check_workers

_TIMEOUT_SECONDS = 1
REFRESH_SECONDS = 15


def performance_page(request: HttpRequest) -> HttpResponse:
    """Show throughput, latency, steps, cache, queue, cost, slow messages and workers of a period."""
    assert isinstance(request.user, User)
    organizations = _organizations(request.user)
    period = period_of(request.GET.get("period", ""))
    chosen = _chosen(request, organizations)
    scope = Scope(period, chosen.pk if chosen else None)
    found = figures.points(scope)
    standing = check_workers(database_answers=True).figures
    context = {
        **admin.site.each_context(request),
        "title": "Performance",
        "periods": [(one.code, one.label) for one in Period],
        "period": period,
        "organizations": organizations,
        "organization": chosen,
        "refresh_seconds": REFRESH_SECONDS,
        "headline": board.headline(found),
        "standing": standing,
        "claude": check_claude().figures,
        "throughput": board.throughput(found, period),
        "latency": board.latency(found, period),
        "hit_rate": board.hit_rate(found, period),
        "steps": board.step_table(figures.steps(scope)),
        "spent": board.spent_table(figures.spent(scope)),
        "slowest": board.slow_table(figures.slowest(scope)),
        "workers": board.worker_table(_workers() if request.user.is_superuser else []),
    }
    return render(request, "okrproject/performance.html", context)


def _organizations(user: User) -> list[Organization]:
    every = Organization.objects.order_by("name")
    return list(every if user.is_superuser else every.filter(pk=user.organization_id))


def _chosen(request: HttpRequest, organizations: list[Organization]) -> Organization | None:
    """Give the organization asked for; nobody sees all of them but a superuser."""
    assert isinstance(request.user, User)
    try:
        wanted: UUID | None = UUID(request.GET.get("organization", ""))
    except ValueError:
        wanted = None
    found = next((one for one in organizations if one.pk == wanted), None)
    if found is None and not request.user.is_superuser:
        return organizations[0]
    return found


def _workers() -> list[dict[str, object]]:
    """Read every worker's sign of life; none when Redis does not answer."""
    client = Redis.from_url(
        settings.REDIS_URL, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS,
        decode_responses=True,
    )  # fmt: skip
    try:
        with client:
            keys = sorted(client.scan_iter(match=f"{PRESENCE_PREFIX}*", count=1000))
            signs = client.mget(keys) if keys else []
        pairs = zip(keys, signs, strict=True)
        return [
            {"worker": key.removeprefix(PRESENCE_PREFIX)} | orjson.loads(sign) for key, sign in pairs if sign
        ]
    except (RedisError, OSError, orjson.JSONDecodeError):
        return []
