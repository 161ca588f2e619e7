"""Shadow runs: a candidate answers unseen, and can harm nobody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Semaphore
from typing import Any

import pytest
from celery import current_app
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from redis import Redis

from conversations.budgets import LIMITS
from conversations.cache.live import live_cache
from conversations.errors import OverloadedError
from conversations.llm.client import Listener, ModelRequest
from conversations.llm.scripted import ScriptedClaude
from conversations.models import (
    Budget,
    BudgetDay,
    BudgetReservation,
    Job,
    Message,
    Session,
    ShadowPlan,
    ShadowRun,
    ShadowStatus,
)
from conversations.pipeline import run
from conversations.pipeline.run import run_job
from conversations.pipeline.unseen import run_shadow
from conversations.ports import Ports
from conversations.services import erase_person
from conversations.shadows import ShadowBook
from conversations.values import Completion, Intent, JobStatus, Usage
from conversations.wordings import WordingBook
from tests.builders import a_job, a_session, a_user
from tests.experiment_builders import a_version

pytestmark = pytest.mark.django_db
OBJECTIVE = "Become the service small teams never want to leave"


class Sent(list[int]):
    """The shadow runs the broker was given, and with what."""

    def __init__(self) -> None:
        super().__init__()
        self.options: list[dict[str, Any]] = []


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sent]:
    """What the broker was given of shadow runs; it gets nothing else."""
    found = Sent()

    def take(task: str, args: list[str], **options: Any) -> None:
        assert task == "conversations.run_shadow"
        found.append(int(args[0]))
        found.options.append(options)

    monkeypatch.setattr(current_app, "send_task", take)
    monkeypatch.setattr(run, "send_next", lambda session_id: None)
    LIMITS.forget()
    yield found
    LIMITS.forget()


def a_plan(**fields: Any) -> ShadowPlan:
    """Let a candidate answer every message."""
    return ShadowPlan.objects.create(**({"name": "Shorter", "prompt": a_version(), "share": 100} | fields))


def watched(ports: Ports) -> Ports:
    """Give ports that know the plans."""
    return replace(ports, shadow_of=ShadowBook(WordingBook()).shadow_of)


def answered(ports: Ports, session: Session | None = None) -> Job:
    """Answer one message."""
    job = a_job(session)
    run_job(job.pk, watched(ports))
    job.refresh_from_db()
    assert job.status == JobStatus.SUCCEEDED
    return job


def everything_visible() -> list[list[tuple[Any, ...]]]:
    """Give every row that a user or the queue can see."""
    return [list(model.objects.order_by("pk").values_list()) for model in (Session, Message, Job)]


def test_the_candidate_is_asked_the_same_in_its_own_words(
    ports: Ports, claude: ScriptedClaude, sent: Sent
) -> None:
    plan = a_plan(model="claude-haiku-5-5")
    claude.will_say("What would change?")
    answered(ports)
    claude.will_say("What would differ?", objective=OBJECTIVE, intent=Intent.PROPOSES)

    run_shadow(sent[0], ports)

    shown, unseen = claude.requests
    found = ShadowRun.objects.get()
    assert (unseen.prompt.turn, unseen.prompt.history) == (shown.prompt.turn, shown.prompt.history)
    assert (unseen.prompt.version, unseen.model) == (plan.prompt.version, "claude-haiku-5-5")
    assert (found.status, found.reply, found.request) == (ShadowStatus.SUCCEEDED, "What would differ?", {})
    assert found.quality is not None
    assert found.likeness == 0.6667
    assert found.latency_ms is not None
    assert (found.input_tokens, found.output_tokens) == (100, 20)


def test_nobody_sees_or_feels_it(
    ports: Ports, claude: ScriptedClaude, sent: Sent, broker: Redis, cache_server: Redis
) -> None:
    a_plan()
    ports = replace(ports, answers=live_cache())
    claude.will_say("What would change?")
    answered(ports)
    rows, events, cached = everything_visible(), broker.keys(), sorted(cache_server.keys())
    claude.will_say("What would differ?", objective=OBJECTIVE, intent=Intent.PROPOSES)

    run_shadow(sent[0], ports)

    assert ShadowRun.objects.get().reply == "What would differ?"
    assert everything_visible() == rows
    assert broker.keys() == events
    assert sorted(cache_server.keys()) == cached


def test_it_is_sent_to_the_bulk_queue_after_the_end_was_told(
    ports: Ports, claude: ScriptedClaude, sent: Sent
) -> None:
    a_plan()
    claude.will_say("What would change?")
    order: list[str] = []

    def told(_job_id: object) -> None:
        order.append(f"told, {len(sent)} sent")

    answered(replace(ports, announce_ended=told))

    assert order == ["told, 0 sent"]
    assert [one["queue"] for one in sent.options] == ["bulk"]


def test_only_its_share_of_messages_is_answered_and_no_message_twice() -> None:
    quarter, half = a_plan(name="a", share=25), a_plan(name="b", share=50)
    book = ShadowBook(WordingBook())
    jobs = [a_job().pk for _ in range(120)]

    found = [shadow.plan_id for job in jobs if (shadow := book.shadow_of(job))]

    assert 12 < found.count(quarter.pk) < 50
    assert 35 < found.count(half.pk) < 85
    ShadowPlan.objects.update(enabled=False)
    assert not any(ShadowBook(WordingBook()).shadow_of(job) for job in jobs)


def test_a_day_has_its_bound(ports: Ports, claude: ScriptedClaude, sent: Sent) -> None:
    a_plan(most_a_day=2)
    claude.always_says("What would change?")

    for _ in range(4):
        answered(ports)

    assert len(sent) == ShadowRun.objects.count() == 2


def test_a_run_delivered_twice_is_asked_once(ports: Ports, claude: ScriptedClaude, sent: Sent) -> None:
    a_plan()
    claude.always_says("What would change?")
    answered(ports)

    run_shadow(sent[0], ports)
    run_shadow(sent[0], ports)

    assert len(claude.requests) == 2


def test_a_run_delivered_again_while_it_is_asked_is_not_asked_again(
    ports: Ports, claude: ScriptedClaude, sent: Sent
) -> None:
    a_plan()
    claude.will_say("What would change?")
    answered(ports)
    asked = []

    class Repeating:
        """Meets the second delivery in the middle of the first one's call."""

        def answer(self, request: ModelRequest, listener: Listener) -> Completion:
            asked.append(request)
            run_shadow(sent[0], again)
            return claude.answer(request, listener)

        def count_tokens(self, request: ModelRequest) -> int:
            return claude.count_tokens(request)

    again = replace(ports, claude=Repeating())
    claude.will_say("What would differ?")

    run_shadow(sent[0], again)

    assert len(asked) == 1


def test_while_enough_are_asked_another_waits_its_turn(
    ports: Ports, claude: ScriptedClaude, sent: Sent
) -> None:
    a_plan()
    claude.always_says("What would change?")
    answered(ports)
    crowded = replace(ports, unseen_at_once=Semaphore(0))

    run_shadow(sent[0], crowded)

    assert sent == [sent[0], sent[0]]
    assert sent.options[1]["countdown"] > 0
    assert ShadowRun.objects.get().status == ShadowStatus.QUEUED


def test_a_candidate_that_fails_is_recorded_and_harms_nothing(
    ports: Ports, claude: ScriptedClaude, sent: Sent
) -> None:
    a_plan()
    claude.will_say("What would change?")
    answered(ports)
    rows = everything_visible()
    error = OverloadedError()
    error.cost_usd = Decimal("0.01")
    claude.will_fail(error)

    run_shadow(sent[0], ports)

    found = ShadowRun.objects.get()
    assert (found.status, found.error_code, found.request) == (ShadowStatus.FAILED, "overloaded", {})
    assert found.cost_usd == Decimal("0.01")
    assert everything_visible() == rows


def test_what_goes_wrong_beside_an_answer_does_not_harm_it(
    ports: Ports, claude: ScriptedClaude, announced: list[object]
) -> None:
    def broken(_job_id: object) -> None:
        raise DatabaseError("gone")

    claude.will_say("What would change?")
    job = a_job()

    run_job(job.pk, replace(ports, shadow_of=broken))

    job.refresh_from_db()
    assert job.status == JobStatus.SUCCEEDED
    assert announced == [job.pk]


def with_budget(dollars: str) -> Session:
    """Give a session of an organization with so much a day."""
    session = a_session()
    Budget.objects.create(organization=session.organization, daily_usd=Decimal(dollars))
    LIMITS.forget()
    return session


def test_its_cost_is_recorded_and_part_of_the_organizations_budget(
    ports: Ports, claude: ScriptedClaude, sent: Sent
) -> None:
    a_plan()
    usage = Usage(input_tokens=9, output_tokens=9, cost_usd=Decimal("0.0125"))
    claude.will_say("What would change?", usage=usage)
    answered(ports, with_budget("5"))
    claude.will_say("What would differ?", usage=usage)

    run_shadow(sent[0], ports)

    assert ShadowRun.objects.get().cost_usd == Decimal("0.0125")
    assert BudgetDay.objects.get().spent_usd == Decimal("0.025")
    assert not BudgetReservation.objects.exists()


def test_what_was_spent_unseen_before_the_budget_was_made_counts(
    ports: Ports, claude: ScriptedClaude, sent: Sent
) -> None:
    a_plan()
    usage = Usage(cost_usd=Decimal(1))
    claude.will_say("What would change?", usage=usage)
    job = answered(ports)
    claude.will_say("What would differ?", usage=usage)
    run_shadow(sent[0], ports)
    Budget.objects.create(organization=job.organization, daily_usd=Decimal(9))
    LIMITS.forget()
    claude.will_say("What would change?", usage=usage)

    answered(ports, job.session)

    assert BudgetDay.objects.get().spent_usd == 3


def test_half_of_the_days_money_is_kept_for_those_who_wait(
    ports: Ports, claude: ScriptedClaude, sent: Sent
) -> None:
    a_plan()
    claude.will_say("What would change?", usage=Usage(cost_usd=Decimal("2.5")))
    answered(ports, with_budget("5"))

    run_shadow(sent[0], ports)

    assert ShadowRun.objects.get().error_code == "budget_exhausted"
    assert len(claude.requests) == 1
    assert BudgetDay.objects.get().spent_usd == Decimal("2.5")


def test_erasing_a_person_takes_the_candidates_words_along(
    ports: Ports, claude: ScriptedClaude, sent: Sent, broker: Redis
) -> None:
    a_plan()
    claude.always_says("What would change?")
    job = answered(ports)
    run_shadow(sent[0], ports)

    receipt = erase_person(job.user)

    assert receipt.shadow_runs == 1
    assert not ShadowRun.objects.exists()


def test_a_person_erased_while_the_candidate_is_asked_stays_erased(
    ports: Ports, claude: ScriptedClaude, sent: Sent, broker: Redis
) -> None:
    a_plan()
    claude.will_say("What would change?")
    job = answered(ports, with_budget("5"))

    class Erasing:
        """Answers a person who is erased meanwhile."""

        def answer(self, request: ModelRequest, listener: Listener) -> Completion:
            erase_person(job.user)
            return claude.answer(request, listener)

        def count_tokens(self, request: ModelRequest) -> int:
            return claude.count_tokens(request)

    claude.will_say("What would differ?", usage=Usage(cost_usd=Decimal(1)))

    run_shadow(sent[0], replace(ports, claude=Erasing()))

    assert not ShadowRun.objects.exists()
    assert BudgetDay.objects.get().spent_usd >= 1


def test_a_deleted_session_is_not_asked_about(ports: Ports, claude: ScriptedClaude, sent: Sent) -> None:
    a_plan()
    claude.will_say("What would change?")
    job = answered(ports)
    Session.objects.filter(pk=job.session_id).update(deleted_at=timezone.now())

    run_shadow(sent[0], ports)

    assert ShadowRun.objects.get().error_code == "cancelled"
    assert len(claude.requests) == 1


def test_old_runs_are_swept_and_lost_ones_let_go_of_what_they_were_to_ask(
    ports: Ports, claude: ScriptedClaude, sent: Sent
) -> None:
    a_plan()
    claude.always_says("What would change?")
    for _ in range(3):
        answered(ports)
    for run_id, age in zip(sent, (timedelta(days=31), timedelta(hours=3)), strict=False):
        ShadowRun.objects.filter(pk=run_id).update(created_at=timezone.now() - age)

    call_command("retention")

    fresh, lost = ShadowRun.objects.all()
    assert (lost.pk, lost.status, lost.error_code, lost.request) == (
        sent[1], ShadowStatus.FAILED, "abandoned", {},
    )  # fmt: skip
    assert (fresh.pk, fresh.status) == (sent[2], ShadowStatus.QUEUED)


def test_an_hour_later_it_is_not_asked_any_more(ports: Ports, claude: ScriptedClaude, sent: Sent) -> None:
    a_plan()
    claude.will_say("What would change?")
    answered(ports)
    ShadowRun.objects.update(created_at=timezone.now() - timedelta(minutes=61))

    run_shadow(sent[0], ports)

    assert len(claude.requests) == 1


def test_the_admin_shows_both_answers_side_by_side(ports: Ports, claude: ScriptedClaude, sent: Sent) -> None:
    a_plan()
    claude.will_say("What would change?")
    answered(ports)
    claude.will_say("What would differ?")
    run_shadow(sent[0], ports)
    client = Client()
    client.force_login(a_user(is_staff=True, is_superuser=True))

    plans = client.get("/admin/conversations/shadowplan/").content.decode()
    single = client.get(f"/admin/conversations/shadowrun/{sent[0]}/change/").content.decode()

    assert "1 (0 failed)" in plans
    assert "What would change?" in single
    assert "What would differ?" in single


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"share": "60"}, "make up 110 percent of the messages"),
        ({"model": "claude-nothing"}, "Nothing is known of the model"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused_with_a_sentence(fields: dict[str, str], sentence: str) -> None:
    a_plan(share=50)
    client = Client()
    client.force_login(a_user(is_staff=True, is_superuser=True))
    form = {"name": "b", "enabled": "on", "prompt": a_version().pk, "share": "5", "most_a_day": "9"} | fields

    answer = client.post("/admin/conversations/shadowplan/add/", form)

    assert sentence in answer.content.decode()
    assert ShadowPlan.objects.count() == 1
