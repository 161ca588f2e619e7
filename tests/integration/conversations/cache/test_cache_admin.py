"""The admin's pages about the cache."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks
from redis import Redis

from conversations.cache import invalidate
from conversations.cache.fingerprint import okr_tag
from conversations.cache.rules import RULES
from conversations.cache.server import Argument
from conversations.cache.store import Alone, Entry, Hit
from conversations.models import CacheEvent, CacheFiring, CacheRule
from conversations.values import JobStatus
from knowledge.models import User
from tests.builders import a_job, a_user
from tests.integration.conversations.cache.conftest import ORGANIZATION, a_store, shipped_rules

pytestmark = pytest.mark.django_db
TAG = okr_tag(ORGANIZATION)


@pytest.fixture(autouse=True)
def patient(db: None, cache_server: Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A store that waits for a loaded machine."""
    monkeypatch.setattr(invalidate, "patient_store", a_store)
    # The URLs load the admin; its pages must not be imported before.
    assert reverse("admin:index")
    monkeypatch.setattr("conversations.admin.cache.patient_store", a_store)
    shipped_rules()
    yield
    RULES.forget()


@pytest.fixture
def staff() -> User:
    """Somebody who may do everything."""
    return a_user(is_staff=True, is_superuser=True)


@pytest.fixture
def browser(client: Client, staff: User) -> Client:
    """A browser signed in as staff."""
    client.force_login(staff)
    return client


@pytest.fixture
def entry() -> str:
    """An answer in the cache."""
    found = a_store().look_up("organization:1:abc", [TAG])
    assert isinstance(found, Alone)
    facts: dict[str, Argument] = {
        "tokens": 1234,
        "ms": 4000,
        "cost_usd": "0.01",
        "model": "m",
        "phase": "discovery",
    }
    a_store().put("organization:1:abc", Entry(b"x", found.generations, a_store().ttl, facts))
    return "organization:1:abc"


def _holds(name: str) -> bool:
    return isinstance(a_store().look_up(name, ()), Hit)


def _rule() -> CacheRule:
    return CacheRule.objects.get(event=CacheEvent.OKR_CHANGED)


def test_the_entries_are_shown_and_found_by_tag(browser: Client, entry: str) -> None:
    url = reverse("admin:conversations_cache_entries")

    assert entry in browser.get(url, {"tag": TAG}).content.decode()
    assert entry not in browser.get(url, {"tag": "okr:org:other"}).content.decode()


def test_an_entry_can_be_dropped(browser: Client, entry: str) -> None:
    browser.post(reverse("admin:conversations_cache_drop"), {"name": entry})

    assert not _holds(entry)


def test_looking_at_a_link_drops_nothing(browser: Client, entry: str) -> None:
    answer = browser.get(reverse("admin:conversations_cache_drop"), {"name": entry})

    assert answer.status_code == 403
    assert _holds(entry)


def test_a_stranger_sees_no_entry(client: Client) -> None:
    client.force_login(a_user(is_staff=True))

    assert client.get(reverse("admin:conversations_cache_entries")).status_code == 403


def test_a_rules_page_says_what_firing_it_would_do(browser: Client, entry: str) -> None:
    page = browser.get(reverse("admin:conversations_cacherule_change", args=[_rule().pk]))

    assert "1 entries would go" in page.content.decode()
    assert _holds(entry)


def test_firing_shows_the_price_first(browser: Client, entry: str) -> None:
    page = browser.post(
        reverse("admin:conversations_cacherule_changelist"),
        {"action": "fire_now", "_selected_action": [_rule().pk]},
    )

    assert "1234" in page.content.decode()
    assert _holds(entry)
    assert not CacheFiring.objects.exists()


def test_firing_and_taking_back_are_recorded(
    browser: Client,
    staff: User,
    entry: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(
            reverse("admin:conversations_cacherule_changelist"),
            {
                "action": "fire_now",
                "_selected_action": [_rule().pk],
                "confirmed": "1",
                "why": "Wrong figures.",
            },
        )
    fired = CacheFiring.objects.get()
    assert (fired.who, fired.why, _holds(entry)) == (staff, "Wrong figures.", False)

    browser.post(
        reverse("admin:conversations_cachefiring_changelist"),
        {"action": "take_back", "_selected_action": [fired.pk]},
    )

    fired.refresh_from_db()
    assert (fired.undone_by, _holds(entry)) == (staff, True)


@pytest.mark.parametrize("name", ["cacherule_changelist", "cachefiring_changelist", "cacherule_add"])
def test_every_page_opens(browser: Client, name: str) -> None:
    CacheFiring.objects.create(rule_name="x", tags=["a", "b", "c", "d"], why="y")

    assert browser.get(reverse(f"admin:conversations_{name}")).status_code == 200


def test_a_jobs_page_says_why_it_missed(browser: Client, staff: User) -> None:
    job = a_job(status=JobStatus.SUCCEEDED)

    page = browser.get(reverse("admin:conversations_job_change", args=[job.pk])).content.decode()

    assert "has not come to the cache" in page
