"""What one worker process has: its ports, made once, and its sign of life."""

import logging
import os
import socket
import threading
import time
from datetime import timedelta
from functools import cache

import orjson
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.db import DatabaseError, connection
from redis import Redis
from redis.exceptions import RedisError

from conversations.cache.live import live_cache
from conversations.events.stops import StopListener
from conversations.guard.claude import GuardedClaude
from conversations.guard.live import live_guard
from conversations.kept import Renewal
from conversations.leases import LeaseKeeper
from conversations.llm.anthropic import AnthropicClaude
from conversations.llm.pricing import PriceTable
from conversations.pipeline.rehearse import rehearse
from conversations.pipeline.serve import serve
from conversations.ports import Ports
from conversations.routing import ROUTES
from conversations.shadows import SHADOWS
from conversations.slots import Slots
from conversations.standby import Standby
from conversations.traffic import TRAFFIC
from conversations.values import PRESENCE_PREFIX

logger = logging.getLogger(__name__)

_PRESENCE_TTL = timedelta(seconds=15)
_PRESENCE_EVERY = timedelta(seconds=5)


@cache
def _claude() -> AnthropicClaude:
    return AnthropicClaude(
        base_url=settings.ANTHROPIC_BASE_URL,
        api_key=settings.ANTHROPIC_API_KEY,
        timeout=settings.CLAUDE_TIMEOUT,
        prices=PriceTable(),
    )


@cache
def live_ports() -> Ports:
    """Give this process's ports to the real outside."""
    return Ports(
        claude=GuardedClaude(_claude(), live_guard(), patience=settings.CLAUDE_TIMEOUT),
        leases=LeaseKeeper(lease=settings.JOB_LEASE, deadline=settings.JOB_DEADLINE),
        answers=live_cache(),
        judge=_claude(),
        wording_for=TRAFFIC.wording_for,
        route_for=ROUTES.route_for,
        shadow_of=SHADOWS.shadow_of,
        slots=Slots(settings.WORKER_THREADS),
        worker=f"{socket.gethostname()}:{os.getpid()}",
    )


class Presence(threading.Thread):
    """Says in Redis that this process consumes, until it stops; the key outlives a death by seconds."""

    def __init__(self, ports: Ports, redis: Redis) -> None:
        super().__init__(name="presence", daemon=True)
        self._ports = ports
        self._redis = redis
        self._started_at = time.time()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Renew the key every few seconds."""
        while True:
            self._say()
            if self._stopping.wait(_PRESENCE_EVERY.total_seconds()):
                break
        self._take_back()

    def stop(self) -> None:
        """Take the key back and end."""
        self._stopping.set()

    def _say(self) -> None:
        sign = {
            "pid": os.getpid(),
            "slots": settings.WORKER_THREADS,
            "busy": self._ports.leases.held_count(),
            "started_at": self._started_at,
        }
        try:
            self._redis.set(PRESENCE_PREFIX + self._ports.worker, orjson.dumps(sign), ex=_PRESENCE_TTL)
        except (RedisError, OSError):
            # Health then counts this worker as absent, which is what a broker that is down means.
            return

    def _take_back(self) -> None:
        try:
            self._redis.delete(PRESENCE_PREFIX + self._ports.worker)
        except (RedisError, OSError):
            return


@cache
def _presence() -> Presence:
    return Presence(live_ports(), _broker())


@cache
def _stop_listener() -> StopListener:
    subscriber = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_keepalive=True)
    return StopListener(subscriber, live_ports().leases.look)


def _broker_takes() -> bool:
    """Tell whether the broker takes hints: one whose disk is full answers, but refuses every write."""
    try:
        # Deleting what is not there is a write that writes nothing.
        _broker().delete(f"{PRESENCE_PREFIX}nobody")
    except (RedisError, OSError):
        return False
    return True


@cache
def _broker() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


@cache
def _standby() -> Standby:
    return Standby(
        lambda job_id: serve(job_id, live_ports()),
        broker_takes=_broker_takes,
        room=live_ports().slots.room,
        slots=settings.WORKER_THREADS,
    )


@cache
def _renewal() -> Renewal:
    return Renewal()


@worker_ready.connect
def begin_presence(**_: object) -> None:
    """Start saying that this process consumes, and do beforehand what the first message would wait for."""
    _presence().start()
    _stop_listener().start()
    _standby().start()
    _renewal().start()
    _claude().prepare()
    try:
        rehearse(live_ports())
    except DatabaseError:
        logger.warning("Nothing could be rehearsed; the first message takes longer.", exc_info=True)
    finally:
        connection.close()


@worker_shutting_down.connect
def end_presence(**_: object) -> None:
    """Stop saying so, and take nothing more."""
    _presence().stop()
    _standby().stop()
    _renewal().stop()
    live_ports().slots.close()
