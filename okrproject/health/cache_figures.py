"""What the caches count in Redis."""

import time

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

STATS_KEY = "okr:cache:stats"
KNOWLEDGE_STATS_KEY = "okr:cache:knowledge:stats"
_COUNTERS = (
    "hits",
    "misses",
    "bypass",
    "stale",
    "similar",
    "coalesced",
    "entries",
    "evictions",
    "rejected_writes",
    "invalidations",
    "tokens_saved",
    "ms_saved",
)
_EXPIRY_KEY = "okr:cache:expiry"
_TIMEOUT_SECONDS = 0.5


def cache_figures() -> dict[str, object]:
    """Give hits, misses and savings of both caches; nothing counted yet is zero."""
    response, knowledge = _counted(STATS_KEY), _counted(KNOWLEDGE_STATS_KEY)
    return {
        "response": response
        | {
            "max_entries": settings.RESPONSE_CACHE_MAX_ENTRIES,
            "ttl_seconds": settings.RESPONSE_CACHE_TTL.total_seconds(),
        },
        "knowledge": knowledge | {"ttl_seconds": settings.KNOWLEDGE_CACHE_TTL.total_seconds()},
    }


def _counted(key: str) -> dict[str, object]:
    client = Redis.from_url(
        settings.CACHE_REDIS_URL,
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        decode_responses=True,
    )
    try:
        with client:
            stored = client.hgetall(key)
            stored["similar"] = stored.get("hits:similar", "0")
            if key == STATS_KEY:
                # What has grown too old stays listed until the next answer is stored.
                stored["entries"] = str(client.zcount(_EXPIRY_KEY, time.time() * 1000, "+inf"))
    except (RedisError, OSError):
        stored = {}
    counted = {name: int(float(stored.get(name, 0))) for name in _COUNTERS}
    asked = counted["hits"] + counted["misses"]
    return {**counted, "hit_rate": round(counted["hits"] / asked, 4) if asked else None}
