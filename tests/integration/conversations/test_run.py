"""From a delivered job id to a saved reply."""

import threading
import time
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.utils import timezone

from conversations.errors import (
    BreakerOpenError,
    CancelledError,
    LeaseLostError,
    LimitReachedError,
    OverloadedError,
    RefusedError,
)
from conversations.guard.claude import GuardedClaude
from conversations.guard.scripted import ScriptedGuard
from conversations.guard.values import Ask, Permit
from conversations.leases import Lease
from conversations.llm.scripted import ScriptedClaude
from conversations.models import Job, Message
from conversations.pipeline import run, steps
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.prompt.wording import shipped_wording
from conversations.reaper import reap
from conversations.values import Intent, JobStatus, Role, Usage
from tests.builders import a_job, a_session

pytestmark = pytest.mark.django_db
OBJECTIVE = "Make customers stay because every question is answered within the hour"


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[UUID, timedelta]]:
    """The hints the broker was given."""
    hints: list[tuple[UUID, timedelta]] = []

    def take(job_id: UUID, *, queue: str, delay: timedelta = timedelta(0)) -> bool:
        hints.append((job_id, delay))
        return True

    monkeypatch.setattr(run, "send_job", take)
    return hints


def test_a_reply_is_saved_with_everything_it_came_to(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job()
    claude.will_say("What would ", "change?", objective=OBJECTIVE, usage=Usage(input_tokens=10))

    run_job(job.pk, ports)

    job.refresh_from_db()
    assert job.status == JobStatus.SUCCEEDED
    assert job.reply is not None
    assert (job.reply.content, job.reply.role, job.reply.turn) == (
        "What would change?",
        Role.ASSISTANT,
        job.turn,
    )
    assert job.input_tokens == 10
    assert job.session.draft["objective"] == OBJECTIVE
    assert job.session.draft_version == 1
    assert job.assessment is not None


def test_every_step_is_timed(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job()
    claude.will_say("Yes.")

    run_job(job.pk, ports)

    job.refresh_from_db()
    assert set(job.timings["steps"]) == set(steps.ALL)
    assert job.timings[steps.TOTAL] >= max(job.timings["steps"].values())


def test_delivered_twice_it_is_answered_once(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job()
    claude.will_say("Once.")

    run_job(job.pk, ports)
    run_job(job.pk, ports)

    assert Message.objects.filter(role=Role.ASSISTANT).count() == 1


def test_the_end_is_announced(ports: Ports, claude: ScriptedClaude, announced: list[UUID]) -> None:
    job = a_job()
    claude.will_say("Yes.")

    run_job(job.pk, ports)

    assert announced == [job.pk]


def test_the_model_sees_what_was_said_before_and_not_what_was_taken_back(
    ports: Ports, claude: ScriptedClaude
) -> None:
    session = a_session()
    answered = a_job(session, status=JobStatus.FAILED)
    Message.objects.filter(pk=answered.message_id).update(content="We lose customers.")
    withdrawn = a_job(session, status=JobStatus.SUPERSEDED)
    Message.objects.filter(pk=withdrawn.message_id).update(content="Never mind.")
    job = a_job(session)
    claude.will_say("I see.")

    run_job(job.pk, ports)

    history = [turn.content for turn in claude.requests[0].prompt.history]
    assert len(history) == 1
    assert "We lose customers." in history[0]


def test_a_passing_failure_is_tried_again_later(
    ports: Ports, claude: ScriptedClaude, sent: list[tuple[UUID, timedelta]], announced: list[UUID]
) -> None:
    job = a_job()
    claude.will_fail(OverloadedError())

    run_job(job.pk, ports)

    job.refresh_from_db()
    assert (job.status, job.error_code, job.attempt) == (JobStatus.QUEUED, "overloaded", 1)
    assert job.available_at is not None
    assert [job_id for job_id, _ in sent] == [job.pk]
    assert announced == []


def test_the_next_attempt_clears_the_error(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job()
    claude.will_fail(OverloadedError())
    claude.will_say("Now.")

    run_job(job.pk, ports)
    Job.objects.filter(pk=job.pk).update(available_at=timezone.now())
    run_job(job.pk, ports)

    job.refresh_from_db()
    assert (job.status, job.error_code, job.attempt) == (JobStatus.SUCCEEDED, "", 2)


def test_the_last_attempt_fails_the_job(ports: Ports, claude: ScriptedClaude, announced: list[UUID]) -> None:
    job = a_job(attempt=settings.JOB_MAX_ATTEMPTS - 1, lease_epoch=settings.JOB_MAX_ATTEMPTS)
    claude.will_fail(OverloadedError())

    run_job(job.pk, ports)

    job.refresh_from_db()
    assert (job.status, job.error_code, job.error_retryable) == (JobStatus.FAILED, "overloaded", True)
    assert announced == [job.pk]


def test_a_refusal_is_not_tried_again(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job()
    claude.will_fail(RefusedError())

    run_job(job.pk, ports)

    job.refresh_from_db()
    assert (job.status, job.error_code) == (JobStatus.FAILED, "refused")
    assert not Message.objects.filter(role=Role.ASSISTANT).exists()


def test_a_worker_whose_lease_was_taken_writes_nothing(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job()

    class Thief:
        """Takes the job over while the model answers."""

        def answer(self, request: object, listener: object) -> object:
            Job.objects.filter(pk=job.pk).update(lease_epoch=99)
            return claude.answer(request, listener)  # type: ignore[arg-type]  # handed through as is

        def count_tokens(self, request: object) -> int:
            return 0

    claude.will_say("Too late.")

    run_job(job.pk, Ports(claude=Thief(), leases=ports.leases, worker="slow"))  # type: ignore[arg-type]  # as above

    job.refresh_from_db()
    assert (job.status, job.reply) == (JobStatus.RUNNING, None)
    assert not Message.objects.filter(role=Role.ASSISTANT).exists()
    assert job.session.draft_version == 0


def test_a_stop_during_the_call_keeps_what_was_written(
    ports: Ports, claude: ScriptedClaude, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_job()
    monkeypatch.setattr(Lease, "check", _stop_after(2, job))
    claude.will_say("Half an ", "answer", " more")

    run_job(job.pk, ports)

    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED
    assert job.partial_text.startswith("Half an ")
    assert job.reply is None


def test_a_lease_that_was_renewed_too_late_gives_the_job_back_and_cancels_nothing(
    ports: Ports, claude: ScriptedClaude, sent: list[tuple[UUID, timedelta]]
) -> None:
    # A database that is slow for longer than a lease used to end jobs as cancelled that nobody had stopped.
    job = a_job()
    claude.will_fail(LeaseLostError())
    claude.will_say("What would change?")

    run_job(job.pk, ports)
    job.refresh_from_db()
    handed_back = (job.status, job.attempt)
    run_job(job.pk, ports)

    job.refresh_from_db()
    assert handed_back == (JobStatus.QUEUED, 1)
    assert sent == [(job.pk, timedelta(0))]
    assert (job.status, job.attempt) == (JobStatus.SUCCEEDED, 2)


def _stop_after(pieces: int, job: Job) -> object:
    seen = threading.local()

    def check(lease: Lease) -> None:
        seen.count = getattr(seen, "count", 0) + 1
        if seen.count > pieces:
            Job.objects.filter(pk=job.pk).update(cancel_requested_at=timezone.now())
            lease.cancel()
            raise CancelledError

    return check


def test_a_stop_that_comes_before_the_commit_wins(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job()

    class Stopper:
        """Asks to stop after the last word."""

        def answer(self, request: object, listener: object) -> object:
            completion = claude.answer(request, listener)  # type: ignore[arg-type]  # handed through as is
            Job.objects.filter(pk=job.pk).update(cancel_requested_at=timezone.now())
            return completion

        def count_tokens(self, request: object) -> int:
            return 0

    claude.will_say("Whole answer.")

    run_job(job.pk, Ports(claude=Stopper(), leases=ports.leases, worker="w"))  # type: ignore[arg-type]  # as above

    job.refresh_from_db()
    assert (job.status, job.partial_text) == (JobStatus.CANCELLED, "Whole answer.")
    assert not Message.objects.filter(role=Role.ASSISTANT).exists()


def test_an_unexpected_failure_is_recorded_and_loud(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job(attempt=settings.JOB_MAX_ATTEMPTS - 1, lease_epoch=settings.JOB_MAX_ATTEMPTS)

    with pytest.raises(AssertionError):
        run_job(job.pk, ports)

    job.refresh_from_db()
    assert (job.status, job.error_code) == (JobStatus.FAILED, "unexpected")


def test_the_sessions_next_job_is_sent_when_one_ends(
    ports: Ports, claude: ScriptedClaude, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = a_session()
    job = a_job(session)
    followed: list[UUID] = []
    monkeypatch.setattr(run, "send_next", followed.append)
    claude.will_say("Yes.")

    run_job(job.pk, ports)

    assert followed == [session.pk]


def test_a_conversation_reads_in_order(ports: Ports, claude: ScriptedClaude) -> None:
    session = a_session()
    first = a_job(session)
    claude.will_say("One.", intent=Intent.INFORMS)
    run_job(first.pk, ports)
    second = a_job(session)
    claude.will_say("Two.")

    run_job(second.pk, ports)

    roles = list(session.messages.values_list("role", flat=True))
    assert roles == ["user", "assistant", "user", "assistant"]


def test_an_answer_that_recites_the_instructions_is_never_a_reply(
    ports: Ports, claude: ScriptedClaude
) -> None:
    job = a_job()
    recital = [f"{word} " for word in shipped_wording().base.split()]
    for _ in range(2):
        claude.will_say(*recital)

    run_job(job.pk, ports)
    Job.objects.filter(pk=job.pk).update(available_at=timezone.now())
    run_job(job.pk, ports)

    job.refresh_from_db()
    assert (job.status, job.error_code, job.reply) == (JobStatus.FAILED, "recited_instructions", None)
    assert not Message.objects.filter(role=Role.ASSISTANT).exists()


def test_a_call_that_was_held_back_costs_no_attempt_and_is_made_later(
    ports: Ports, claude: ScriptedClaude, sent: list[tuple[UUID, timedelta]], announced: list[UUID]
) -> None:
    job = a_job()
    guard = ScriptedGuard()
    guard.will_hold_back(BreakerOpenError(retry_after=4.0))
    guarded = replace(ports, claude=GuardedClaude(claude, guard, patience=timedelta(seconds=60)))
    claude.will_say("Now.")

    run_job(job.pk, guarded)

    job.refresh_from_db()
    assert (job.status, job.attempt, job.started_at, job.error_code) == (JobStatus.QUEUED, 0, None, "")
    assert timedelta(seconds=3) < job.available_at - timezone.now() < timedelta(seconds=7)
    assert [job_id for job_id, _ in sent] == [job.pk]
    assert announced == []
    Job.objects.filter(pk=job.pk).update(available_at=timezone.now())
    run_job(job.pk, guarded)
    job.refresh_from_db()
    assert (job.status, job.attempt, job.lease_epoch) == (JobStatus.SUCCEEDED, 1, 2)
    assert guard.asks[1].is_retry is False


@pytest.mark.parametrize(("error_code", "is_retry"), [("", False), ("overloaded", True)])
def test_only_what_failed_is_a_retry_and_not_what_lost_its_worker(
    ports: Ports, claude: ScriptedClaude, error_code: str, is_retry: bool
) -> None:
    job = a_job(attempt=1, lease_epoch=1, error_code=error_code)
    guard = ScriptedGuard()
    claude.will_say("Now.")

    run_job(job.pk, replace(ports, claude=GuardedClaude(claude, guard, patience=timedelta(seconds=60))))

    assert [ask.is_retry for ask in guard.asks] == [is_retry]


def test_a_job_stopped_while_its_call_was_held_back_stays_stopped(
    ports: Ports, claude: ScriptedClaude
) -> None:
    job = a_job()

    class Stopped(ScriptedGuard):
        """Refuses, just after the user gave up."""

        def enter(self, ask: Ask) -> Permit:
            Job.objects.filter(pk=job.pk).update(cancel_requested_at=timezone.now())
            raise LimitReachedError(retry_after=1.0)

    run_job(job.pk, replace(ports, claude=GuardedClaude(claude, Stopped(), patience=timedelta(seconds=60))))

    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED


def test_a_call_has_no_more_time_than_its_message(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job(expires_at=timezone.now() + timedelta(seconds=20))
    claude.will_say("In time.")

    run_job(job.pk, ports)

    assert claude.requests[0].deadline - time.monotonic() < 20


def test_an_attempt_that_could_not_begin_in_time_is_not_waited_for(
    ports: Ports, claude: ScriptedClaude, announced: list[UUID]
) -> None:
    job = a_job(expires_at=timezone.now() + timedelta(seconds=20))
    claude.will_fail(OverloadedError(retry_after=30.0))

    run_job(job.pk, ports)

    job.refresh_from_db()
    assert (job.status, job.error_code) == (JobStatus.FAILED, "expired")
    assert announced == [job.pk]


def test_a_call_held_back_beyond_its_messages_life_ends_by_the_sweep(
    ports: Ports, claude: ScriptedClaude
) -> None:
    job = a_job(expires_at=timezone.now() + timedelta(seconds=20))
    guard = ScriptedGuard()
    guard.will_hold_back(BreakerOpenError(retry_after=60.0))
    run_job(job.pk, replace(ports, claude=GuardedClaude(claude, guard, patience=timedelta(seconds=60))))

    Job.objects.filter(pk=job.pk).update(expires_at=timezone.now())
    reap()

    job.refresh_from_db()
    assert (job.status, job.error_code, job.attempt) == (JobStatus.FAILED, "expired", 0)
