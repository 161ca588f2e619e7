"""Changes make answers misses: after the commit, once, with a record, and even when the server was away."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from redis import Redis

from conversations.cache import invalidate
from conversations.cache.fingerprint import okr_tag, user_tag
from conversations.cache.rules import RULES
from conversations.cache.server import Argument
from conversations.cache.store import Alone, Entry, Hit
from conversations.models import CacheEvent, CacheFiring, CacheRule, RouteRule
from conversations.services import update_session
from knowledge.models import User
from knowledge.signals import Change, announce
from tests.builders import a_session, a_user
from tests.integration.conversations.cache.conftest import a_store, shipped_rules, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules(db: None, cache_server: Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The shipped rules, and a store that waits for a loaded machine."""
    monkeypatch.setattr(invalidate, "patient_store", a_store)
    shipped_rules()
    yield
    RULES.forget()


def _put(name: str, *tags: str) -> None:
    found = a_store().look_up(name, tags)
    assert isinstance(found, Alone)
    facts: dict[str, Argument] = {
        "tokens": 100,
        "ms": 4000,
        "cost_usd": "0.01",
        "model": "m",
        "phase": "discovery",
    }
    a_store().put(name, Entry(b"x", found.generations, a_store().ttl, facts))


def _holds(name: str) -> bool:
    return isinstance(a_store().look_up(name, ()), Hit)


@pytest.mark.parametrize("kind", [Change.CHANGED, Change.CHECKED_IN, Change.DELETED, Change.CREATED])
def test_a_changed_okr_makes_its_organizations_answers_misses(
    kind: Change, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    changed, other = somebody(), somebody()
    _put("ours", okr_tag(changed))
    _put("theirs", okr_tag(other))

    with django_capture_on_commit_callbacks(execute=True):
        announce(kind, organization_id=changed, objective_id=somebody())

    assert (_holds("ours"), _holds("theirs")) == (False, True)
    firing = CacheFiring.objects.get()
    assert firing.applied_at is not None
    assert firing.why == f"An objective was {kind.replace('_', ' ')}."


def test_nothing_is_invalidated_before_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    organization = somebody()
    _put("ours", okr_tag(organization))

    with django_capture_on_commit_callbacks(execute=False):
        announce(Change.CHANGED, organization_id=organization, objective_id=somebody())

    assert _holds("ours")
    assert CacheFiring.objects.get().applied_at is None


def test_a_thousand_changes_in_one_transaction_fire_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    organization = somebody()

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for _ in range(1000):
            announce(Change.CHANGED, organization_id=organization, objective_id=somebody())

    assert CacheFiring.objects.count() == 1


def test_a_change_that_is_rolled_back_hides_no_later_one(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    organization = somebody()
    _put("ours", okr_tag(organization))

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        with transaction.atomic():
            announce(Change.CHANGED, organization_id=organization, objective_id=somebody())
            transaction.set_rollback(True)
        announce(Change.CHANGED, organization_id=organization, objective_id=somebody())

    assert not _holds("ours")


def test_what_the_coach_writes_up_invalidates_nothing(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    organization = somebody()
    _put("ours", okr_tag(organization))

    with django_capture_on_commit_callbacks(execute=True), invalidate.coach_writes():
        announce(Change.CREATED, organization_id=organization, objective_id=somebody())

    assert _holds("ours")


def test_a_rule_that_is_switched_off_does_nothing(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    organization = somebody()
    _put("ours", okr_tag(organization))
    CacheRule.objects.filter(event=CacheEvent.OKR_CHANGED).update(enabled=False)
    RULES.forget()

    with django_capture_on_commit_callbacks(execute=True):
        announce(Change.CHANGED, organization_id=organization, objective_id=somebody())

    assert _holds("ours")


def test_a_rule_can_be_about_some_kinds_of_change_only(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    organization = somebody()
    _put("ours", okr_tag(organization))
    CacheRule.objects.filter(event=CacheEvent.OKR_CHANGED).update(kinds="changed, deleted")
    RULES.forget()

    with django_capture_on_commit_callbacks(execute=True):
        announce(Change.CHECKED_IN, organization_id=organization, objective_id=somebody())

    assert _holds("ours")


def test_a_changed_session_context_fires(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    session = a_session()
    _put("own", f"session:{session.pk}")

    with django_capture_on_commit_callbacks(execute=True):
        update_session(session, context={"industry": "retail"})

    assert not _holds("own")


@pytest.mark.parametrize("change", [{"model": "claude-haiku-5-5"}, {"enabled": False}, None])
def test_a_route_that_asks_its_model_no_more_fires(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, change: dict[str, Any] | None
) -> None:
    route = RouteRule.objects.create(name="Ours", model="claude-opus-5-5")
    _put("old", "model:claude-opus-5-5")
    _put("other", "model:claude-haiku-5-5")

    with django_capture_on_commit_callbacks(execute=True):
        if change is None:
            route.delete()
        else:
            for name, value in change.items():
                setattr(route, name, value)
            route.save()

    assert (_holds("old"), _holds("other")) == (False, True)


def test_another_change_of_a_route_fires_nothing(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    route = RouteRule.objects.create(name="Ours", model="claude-opus-5-5")

    with django_capture_on_commit_callbacks(execute=True):
        route.note = "Why it is there."
        route.save()

    assert not CacheFiring.objects.exists()


def test_an_erased_users_answers_go(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    user = a_user()
    _put("shared", user_tag(user.pk))

    with django_capture_on_commit_callbacks(execute=True):
        invalidate.fire(CacheEvent.USER_ERASED, {"user": user.pk}, why="The user asked for it.")

    assert not _holds("shared")


def test_the_sweep_applies_what_a_dead_process_left() -> None:
    _put("ours", "okr:1")
    firing = CacheFiring.objects.create(rule_name="x", tags=["okr:1"], why="y")
    CacheFiring.objects.filter(pk=firing.pk).update(created_at=timezone.now() - timedelta(minutes=1))

    assert invalidate.apply_pending() == 1
    assert not _holds("ours")
    assert invalidate.apply_pending() == 0


def test_a_dry_run_says_what_would_go_and_changes_nothing() -> None:
    one, other = somebody(), somebody()
    _put("a", okr_tag(one))
    _put("b", okr_tag(one))
    _put("c", okr_tag(other))
    rule = CacheRule(name="x", event=CacheEvent.OKR_CHANGED, tags="okr:org:{organization}")

    found = invalidate.dry_run_of(rule)

    assert (found.entries, found.tokens, found.cost_usd, found.seconds) == (3, 300, Decimal("0.03"), 12)
    assert set(found.tags) == {okr_tag(one), okr_tag(other)}
    assert _holds("a")


def _fired(who: User, callbacks: DjangoCaptureOnCommitCallbacks) -> CacheFiring:
    rule = CacheRule.objects.get(event=CacheEvent.OKR_CHANGED)
    with callbacks(execute=True):
        firing = invalidate.fire_rule(rule, who=who, why="The numbers were wrong.")
    assert firing is not None
    firing.refresh_from_db()
    return firing


def test_firing_by_hand_is_recorded_with_who_and_why(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    _put("a", okr_tag(somebody()))
    who = a_user()

    firing = _fired(who, django_capture_on_commit_callbacks)

    assert not _holds("a")
    assert (firing.who, firing.why, firing.rule_name) == (who, "The numbers were wrong.", "An OKR changes")


def test_a_firing_can_be_taken_back_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    _put("a", okr_tag(somebody()))
    who = a_user()
    firing = _fired(who, django_capture_on_commit_callbacks)

    assert invalidate.undo(firing, who=who)

    assert _holds("a")
    firing.refresh_from_db()
    assert firing.undone_by == who
    assert not invalidate.undo(firing, who=who)


def test_a_firing_cannot_be_taken_back_after_a_real_change(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    organization, who = somebody(), a_user()
    _put("a", okr_tag(organization))
    firing = _fired(who, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        announce(Change.CHANGED, organization_id=organization, objective_id=somebody())

    assert not invalidate.undo(firing, who=who)
    assert not _holds("a")
