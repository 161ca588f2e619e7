"""The embedded servers that every other integration test stands on."""

import pytest
import redis
from django.conf import settings
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_ours_and_has_vectors() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
        cursor.execute(
            "SELECT '[1,2]'::vector <-> '[1,4]'::vector, current_setting('server_version_num')::int"
        )
        distance, version = cursor.fetchone()

    assert distance == 2
    assert version >= 180000


def test_the_broker_keeps_and_the_cache_forgets(broker: redis.Redis, cache_server: redis.Redis) -> None:
    kept = broker.config_get("maxmemory-policy") | broker.config_get("appendonly")
    bounded = cache_server.config_get("maxmemory-policy") | cache_server.config_get("appendonly")

    assert kept == {"maxmemory-policy": "noeviction", "appendonly": "yes"}
    assert bounded == {"maxmemory-policy": "allkeys-lru", "appendonly": "no"}
    assert settings.REDIS_URL != settings.CACHE_REDIS_URL
