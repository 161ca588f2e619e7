"""A sample of the answers that went to other words is judged; above its budget a rule stops sharing so."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from django.test import Client
from django.urls import reverse
from prometheus_client import REGISTRY
from redis import Redis

from conversations.cache.audit import FEWEST, judge, standing_of
from conversations.cache.rules import RULES
from conversations.errors import OverloadedError
from conversations.llm.judge import Judgement
from conversations.llm.scripted import ScriptedClaude
from conversations.models import AuditVerdict, CacheAudit, CacheEvent, CacheRule, Job, Session
from conversations.pipeline import run
from conversations.pipeline.audit import judge_sampled
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.services import create_session
from knowledge.models import User
from tests.builders import a_job, a_message, a_user
from tests.integration.conversations.cache.conftest import a_cache

pytestmark = pytest.mark.django_db
SAID, IN_OTHER_WORDS = (
    "I want to improve customer retention",
    "We want to improve our customer retention, please",
)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch, cache_server: Redis) -> Iterator[None]:
    """No broker."""
    monkeypatch.setattr(run, "send_job", lambda *_, **__: True)
    monkeypatch.setattr(run, "send_next", lambda *_: None)
    RULES.forget()
    yield
    RULES.forget()


@pytest.fixture
def rule() -> CacheRule:
    """A rule that shares with other words, and has all of it audited."""
    return CacheRule.objects.create(
        name="In other words",
        event=CacheEvent.REQUEST,
        openings_only=True,
        similar=True,
        audit_share=1.0,
        position=1,
    )


@pytest.fixture
def cached(ports: Ports) -> Ports:
    """Ports with a real cache under the rules of the database."""
    return replace(ports, answers=a_cache(policy_for=RULES.policy_for))


def _open(user: User, words: str, ports: Ports) -> Job:
    session = create_session(user=user)
    job = a_job(message=a_message(session, content=words))
    run_job(job.pk, ports)
    job.refresh_from_db()
    return job


def _shared(ports: Ports, claude: ScriptedClaude) -> Job:
    user = a_user()
    claude.will_say("What for?")
    _open(user, SAID, ports)
    return _open(user, IN_OTHER_WORDS, ports)


def _judged(rule: CacheRule, verdict: AuditVerdict, times: int = 1) -> None:
    for _ in range(times):
        audit = CacheAudit.objects.create(rule=rule, job=a_job(), similarity=0.9)
        judge(audit.pk, verdict, difference="", judged_by="a test")


def test_a_hit_in_other_words_is_marked_and_noted(
    cached: Ports, claude: ScriptedClaude, rule: CacheRule
) -> None:
    job = _shared(cached, claude)

    audit = CacheAudit.objects.get(job=job)
    assert (job.cache["status"], audit.verdict) == ("hit", AuditVerdict.PENDING)
    assert "means the same" in job.cache["reason"]
    assert audit.similarity == job.cache["similarity"]
    assert (audit.rule, audit.like_id) == (rule, Session.objects.order_by("created_at").values("pk")[0]["pk"])


def test_a_share_of_nothing_notes_nothing(cached: Ports, claude: ScriptedClaude, rule: CacheRule) -> None:
    CacheRule.objects.filter(pk=rule.pk).update(audit_share=0.0)

    _shared(replace(cached, random=Random(1)), claude)

    assert not CacheAudit.objects.exists()


def test_the_judge_sees_both_messages(cached: Ports, claude: ScriptedClaude, rule: CacheRule) -> None:
    job = _shared(cached, claude)

    assert judge_sampled(claude) == 1

    audit = CacheAudit.objects.get(job=job)
    assert claude.judged == [(IN_OTHER_WORDS, SAID)]
    assert (audit.verdict, audit.judged_by) == (AuditVerdict.SAME, "claude-haiku-5-5")
    assert judge_sampled(claude) == 0


def test_words_that_are_gone_cannot_be_judged(cached: Ports, claude: ScriptedClaude, rule: CacheRule) -> None:
    job = _shared(cached, claude)
    CacheAudit.objects.update(like=None)

    assert judge_sampled(claude) == 0
    assert CacheAudit.objects.get(job=job).verdict == AuditVerdict.UNKNOWN
    assert standing_of(rule).judged == 0


def test_an_erased_session_takes_its_audits_along(
    cached: Ports, claude: ScriptedClaude, rule: CacheRule
) -> None:
    job = _shared(cached, claude)

    Session.objects.exclude(pk=job.session_id).delete()

    assert not CacheAudit.objects.exists()


def test_a_model_that_fails_leaves_the_rest_for_later(
    cached: Ports, claude: ScriptedClaude, rule: CacheRule
) -> None:
    class Overloaded:
        def same_meaning(self, here: str, there: str, *, model: str) -> Judgement:
            raise OverloadedError

    _shared(cached, claude)

    assert judge_sampled(Overloaded()) == 0
    assert CacheAudit.objects.get().verdict == AuditVerdict.PENDING


def test_above_the_budget_the_rule_stops_sharing_and_keeps_its_scope(
    cached: Ports, claude: ScriptedClaude, rule: CacheRule, caplog: pytest.LogCaptureFixture
) -> None:
    before = REGISTRY.get_sample_value("okr_cache_similar_switched_off_total") or 0
    claude.will_judge(False, False)
    for _ in range(2):
        _shared(cached, claude)

    judge_sampled(claude, wait=lambda _: None)

    rule.refresh_from_db()
    assert (rule.similar, rule.enabled) == (False, True)
    assert rule.similar_off_at is not None
    assert "no longer shares" in caplog.text
    assert REGISTRY.get_sample_value("okr_cache_similar_switched_off_total") == before + 1
    claude.will_say("What for?")
    claude.will_say("What for, again?")
    RULES.forget()
    user = a_user()
    assert _open(user, SAID, cached).cache["status"] == "miss"
    assert _open(user, IN_OTHER_WORDS, cached).cache["status"] == "miss"


def test_the_budget_is_a_share_of_at_least_two_hundred(rule: CacheRule) -> None:
    _judged(rule, AuditVerdict.DIFFERENT)
    rule.refresh_from_db()
    assert rule.similar
    assert standing_of(rule).share == 1 / FEWEST

    _judged(rule, AuditVerdict.SAME, times=9)
    _judged(rule, AuditVerdict.DIFFERENT)

    rule.refresh_from_db()
    assert not rule.similar


def test_switched_on_again_a_rule_begins_anew(rule: CacheRule) -> None:
    _judged(rule, AuditVerdict.DIFFERENT, times=2)
    rule.refresh_from_db()
    rule.similar = True
    rule.save(update_fields=["similar"])

    assert standing_of(rule).judged == 0
    _judged(rule, AuditVerdict.SAME)
    assert standing_of(rule).judged == 1


def test_the_shipped_rule_is_off() -> None:
    shipped = CacheRule.objects.get(similar=True)

    assert (shipped.enabled, shipped.openings_only) == (False, True)


def test_a_person_may_judge_in_the_admin(
    cached: Ports, claude: ScriptedClaude, rule: CacheRule, admin_client: Client
) -> None:
    job = _shared(cached, claude)
    audit = CacheAudit.objects.get(job=job)
    page = reverse("admin:conversations_cacheaudit_changelist")

    shown = admin_client.get(page).content.decode()
    admin_client.post(page, {"action": "a_false_hit", "_selected_action": [audit.pk]})

    audit.refresh_from_db()
    assert IN_OTHER_WORDS in shown
    assert SAID in shown
    assert audit.verdict == AuditVerdict.DIFFERENT
    assert audit.by is not None
    assert audit.judged_by == audit.by.email


def test_a_rules_page_says_what_the_audit_found(rule: CacheRule, admin_client: Client) -> None:
    _judged(rule, AuditVerdict.SAME, times=3)
    _judged(rule, AuditVerdict.DIFFERENT, times=2)

    page = admin_client.get(reverse("admin:conversations_cacherule_change", args=[rule.pk])).content.decode()

    assert "5 looked at, 2 wrong: 1.00% of a budget of 0.50%" in page
    assert "Switched off by the audit" in page
