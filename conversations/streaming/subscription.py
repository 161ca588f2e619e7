"""One Redis subscription, which says so when it breaks."""

import contextlib
from collections.abc import AsyncIterator

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff


@contextlib.asynccontextmanager
async def subscription(redis_url: str, channel: str) -> AsyncIterator[PubSub]:
    """Subscribe to a channel, and to more if the caller wants; a break is raised.

    redis-py would connect again by itself, and nobody would know that messages were missed.
    """
    client = Redis.from_url(
        redis_url,
        socket_connect_timeout=2,
        socket_timeout=None,
        socket_keepalive=True,
        health_check_interval=0,
        retry=Retry(NoBackoff(), 0),
    )
    async with client, client.pubsub() as subscribed:
        await subscribed.subscribe(channel)
        yield subscribed
