"""Which answers may be cached, for whom and for how long: the first rule that fits says it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from conversations.cache.fingerprint import ScopeKind
from conversations.cache.policy import Policy, Traits
from conversations.cache.rules import RULES, RuleBook
from conversations.models import CacheEvent, CacheRule, CacheScope
from conversations.values import Phase
from knowledge.models import Organization
from tests.builders import a_user
from tests.integration.conversations.cache.conftest import somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Rules of one test are no rules of the next."""
    yield
    RULES.forget()


def _rule(name: str = "x", **fields: Any) -> CacheRule:
    return CacheRule.objects.create(**({"name": name, "event": CacheEvent.REQUEST} | fields))


def _traits(organization: Organization | None = None, **fields: Any) -> Traits:
    where = organization.pk if organization else somebody()
    facts: dict[str, Any] = {"organization_id": where, "phase": Phase.DISCOVERY, "opening": True}
    return Traits(**(facts | fields))


def test_without_a_rule_an_organization_shares() -> None:
    assert RuleBook().policy_for(_traits()) == Policy(ScopeKind.ORGANIZATION)


def test_the_first_rule_that_fits_wins() -> None:
    _rule("second", position=2, scope=CacheScope.GLOBAL)
    _rule("first", position=1, scope=CacheScope.USER)

    assert RuleBook().policy_for(_traits()).rule == "first"


def test_a_rule_is_about_its_phase_its_organization_and_openings() -> None:
    organization = a_user().organization
    _rule(phase=Phase.VALIDATION, organization=organization, openings_only=True, scope=CacheScope.NOBODY)
    fits = _traits(organization, phase=Phase.VALIDATION)

    assert RuleBook().policy_for(fits).scope is None
    assert RuleBook().policy_for(_traits(phase=Phase.VALIDATION)).rule == ""
    assert RuleBook().policy_for(_traits(organization)).rule == ""
    assert RuleBook().policy_for(_traits(organization, phase=Phase.VALIDATION, opening=False)).rule == ""


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (None, None),
        (timedelta(0), None),
        (timedelta(seconds=-5), None),
        (timedelta(minutes=5), timedelta(minutes=5)),
        (timedelta(days=9), timedelta(days=1)),
    ],
)
def test_an_age_is_kept_within_reason(given: timedelta | None, meant: timedelta | None) -> None:
    _rule(ttl=given)

    assert RuleBook().policy_for(_traits()).ttl == meant


def test_a_disabled_rule_says_nothing() -> None:
    _rule(scope=CacheScope.NOBODY, enabled=False)

    assert RuleBook().policy_for(_traits()).scope is ScopeKind.ORGANIZATION


def test_a_request_costs_no_query_while_the_rules_are_fresh(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    book = RuleBook()

    with django_assert_num_queries(1):
        for _ in range(10):
            book.policy_for(_traits())


def test_a_saved_rule_is_heard_at_once_in_its_own_process() -> None:
    assert RULES.policy_for(_traits()).rule == ""

    _rule("new")

    assert RULES.policy_for(_traits()).rule == "new"


@pytest.mark.parametrize(
    "wrong",
    [{"event": CacheEvent.REQUEST, "tags": "okr:1"}, {"event": CacheEvent.OKR_CHANGED, "tags": ""}],
)
def test_tags_belong_to_events_and_events_need_tags(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        CacheRule(name="x", **wrong).full_clean()
