"""This process's response cache, made from the settings."""

from functools import cache
from typing import Final

from django.conf import settings

from conversations.cache.response import ResponseCache
from conversations.cache.rules import RULES
from conversations.cache.server import CacheServer
from conversations.cache.store import Store
from knowledge.suggestions.cache import LIBRARY

_PATIENCE_SECONDS: Final = 0.5


@cache
def live_store() -> Store:
    """Give the entries on the configured cache server; it connects with the first question."""
    return Store(
        CacheServer(settings.CACHE_REDIS_URL),
        ttl=settings.RESPONSE_CACHE_TTL,
        max_entries=settings.RESPONSE_CACHE_MAX_ENTRIES,
    )


@cache
def live_cache() -> ResponseCache:
    """Give the cache that the attempts of this process share."""
    return ResponseCache(live_store(), policy_for=RULES.policy_for, library=library_number)


@cache
def patient_store() -> Store:
    """Give the same entries to those who can wait a little: invalidations and the admin."""
    return Store(
        CacheServer(settings.CACHE_REDIS_URL, patience=_PATIENCE_SECONDS),
        ttl=settings.RESPONSE_CACHE_TTL,
        max_entries=settings.RESPONSE_CACHE_MAX_ENTRIES,
    )


def library_number() -> int | None:
    """Give the number of the library's version that suggestions were last taken from."""
    return LIBRARY.stats().version
