"""The library in memory: fresh after every edit, whoever makes it."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from knowledge.library.shipped import shipped_items
from knowledge.library.store import load_library, save_by_staff
from knowledge.models import LibraryEntry, SuggestionFeedback
from knowledge.suggestions import SuggestionQuery, library_cache_stats, record_shown, suggest
from knowledge.suggestions.cache import LibraryCache
from tests.builders import a_user

pytestmark = pytest.mark.django_db

QUERY = SuggestionQuery("average deal size", phase="kr_discovery")


@pytest.fixture(autouse=True)
def library() -> None:
    """The shipped library."""
    load_library(shipped_items())


def titles(cache: LibraryCache) -> set[str]:
    """Give every title the cache holds."""
    return {document.item.title for document in cache.index().documents}


def test_a_warm_suggestion_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    suggest(QUERY)

    with django_assert_num_queries(1):
        assert suggest(QUERY)[0].id == "metric-average-deal-size"


def test_hits_and_misses_are_counted() -> None:
    suggest(QUERY)
    before = library_cache_stats()

    suggest(QUERY)

    after = library_cache_stats()
    assert (after.hits - before.hits, after.misses - before.misses) == (1, 0)
    assert after.entries == len(shipped_items())
    assert after.ttl_seconds == 3600


def test_an_edit_elsewhere_is_seen_by_the_next_suggestion() -> None:
    here, there = LibraryCache(), LibraryCache()
    titles(here), titles(there)
    entry = LibraryEntry.objects.get(slug="metric-win-rate")
    entry.title = "Deals we win"

    save_by_staff(entry)

    assert "Deals we win" in titles(here)
    assert "Deals we win" in titles(there)
    assert here.stats().misses == 2


def test_a_write_past_the_services_is_seen_too() -> None:
    cache = LibraryCache()
    titles(cache)

    LibraryEntry.objects.filter(slug="metric-win-rate").update(title="By SQL")

    assert "By SQL" in titles(cache)


def test_rows_are_read_again_when_their_time_is_over() -> None:
    now = 0.0
    cache = LibraryCache(clock=lambda: now)
    titles(cache)
    now = 3599.0
    titles(cache)
    assert cache.stats().misses == 1

    now = 3600.0
    titles(cache)

    assert cache.stats().misses == 2


@override_settings(KNOWLEDGE_CACHE_TTL=timedelta(0))
def test_a_time_to_live_of_zero_turns_the_cache_off() -> None:
    cache = LibraryCache()
    titles(cache)
    titles(cache)

    assert (cache.stats().hits, cache.stats().hit_rate) == (0, 0.0)


def test_an_item_that_cannot_be_read_is_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    LibraryEntry.objects.filter(slug="metric-win-rate").update(body={"nothing": "right"})

    cache = LibraryCache()

    assert "Win rate" not in titles(cache)
    assert cache.stats().entries == len(shipped_items()) - 1
    assert "cannot be read" in caplog.text


def test_retired_items_are_not_suggested() -> None:
    LibraryEntry.objects.filter(slug="metric-average-deal-size").update(retired_at="2026-01-01T00:00Z")

    assert "metric-average-deal-size" not in {one.id for one in suggest(QUERY)}


def test_shown_suggestions_are_recorded_once_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user, session = a_user(), uuid4()
    slugs = [one.id for one in suggest(QUERY)]

    def record() -> None:
        record_shown(
            organization_id=user.organization_id,
            user_id=user.pk,
            session_id=session,
            slugs=[*slugs, "no-such-item"],
            phase="kr_discovery",
        )

    with django_assert_num_queries(1):
        record()
    record()

    feedback = SuggestionFeedback.objects.values_list("entry__slug", "action", "phase")
    assert sorted(feedback) == sorted((slug, "shown", "kr_discovery") for slug in slugs)


def test_nothing_shown_asks_nothing_of_the_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    user = a_user()

    with django_assert_num_queries(0):
        record_shown(
            organization_id=user.organization_id, user_id=user.pk, session_id=user.pk, slugs=[], phase=""
        )


@pytest.mark.django_db(transaction=True)
def test_threads_that_find_the_cache_empty_read_the_rows_once() -> None:
    cache = LibraryCache()
    together = threading.Barrier(4)
    seen: list[int] = []

    def ask() -> None:
        together.wait()
        try:
            seen.append(len(cache.index().documents))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [len(shipped_items())] * 4
    assert (cache.stats().misses, cache.stats().hits) == (1, 3)
