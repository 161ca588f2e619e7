"""The entries on a real server: the bound, the age, the size, and what an undone invalidation brings back."""

from collections.abc import Sequence
from datetime import timedelta

from redis import Redis

from conversations.cache.store import Alone, Entry, Hit, Store, Stored
from tests.integration.conversations.cache.conftest import a_store

TTL = timedelta(minutes=30)


def _put(store: Store, name: str, *, tags: Sequence[str] = (), value: bytes = b"x") -> Stored:
    found = store.look_up(name, tags)
    assert isinstance(found, Alone)
    return store.put(name, Entry(value, found.generations, TTL, {"tokens": 1, "ms": 1}))


def _holds(store: Store, name: str) -> bool:
    return isinstance(store.look_up(name, ()), Hit)


def test_the_1001st_entry_makes_exactly_the_least_recently_used_leave(
    store: Store, cache_server: Redis
) -> None:
    for number in range(1000):
        assert _put(store, f"entry {number}") == Stored("stored", 0)
    assert _holds(store, "entry 0")

    assert _put(store, "one more") == Stored("stored", 1)

    assert _holds(store, "entry 0")
    assert not _holds(store, "entry 1")
    assert cache_server.zcard("okr:cache:lru") == 1000
    assert len(list(cache_server.scan_iter("okr:cache:entry:*", count=2000))) == 1000
    assert cache_server.hget("okr:cache:stats", "evictions") == b"1"


def test_an_answer_ages_absolutely(cache_server: Redis) -> None:
    now = [1_000_000]
    store = a_store(clock=lambda: now[0])
    _put(store, "a")
    now[0] += 30 * 60 * 1000 - 1
    assert _holds(store, "a")
    now[0] += 1

    found = store.look_up("a", ())

    assert isinstance(found, Alone)
    assert found.reason == "expired"


def test_a_huge_answer_is_not_stored(cache_server: Redis) -> None:
    store = a_store(max_bytes=10)

    assert _put(store, "a", value=b"x" * 11) == Stored("size", 0)
    assert not _holds(store, "a")


def test_an_invalidation_can_be_taken_back(store: Store) -> None:
    _put(store, "a", tags=["okr:1"])
    bumps = store.bump(["okr:1"])
    assert not _holds(store, "a")

    assert store.restore(bumps)
    assert _holds(store, "a")


def test_an_invalidation_cannot_be_taken_back_after_another(store: Store) -> None:
    _put(store, "a", tags=["okr:1"])
    first = store.bump(["okr:1"])
    store.bump(["okr:1"])

    assert not store.restore(first)
    assert not _holds(store, "a")


def test_a_generation_that_was_lost_is_never_given_again(store: Store, cache_server: Redis) -> None:
    _put(store, "a", tags=["okr:1"])
    cache_server.delete("okr:cache:tag:okr:1")
    _put(store, "b", tags=["okr:1"])

    assert not _holds(store, "a")


def test_nothing_lives_longer_than_it_is_of_use(store: Store, cache_server: Redis) -> None:
    _put(store, "a", tags=["okr:1"])
    store.look_up("b", ["okr:2"], owner="me")

    for_ever = {b"okr:cache:lru", b"okr:cache:expiry", b"okr:cache:stats"}
    assert {key for key in cache_server.scan_iter("*") if cache_server.ttl(key) == -1} == for_ever
