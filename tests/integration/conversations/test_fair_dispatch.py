"""Who is answered next: the fairest, whoever has queued how much."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from conversations import dispatch
from conversations.dispatch import send_next
from conversations.llm.scripted import ScriptedClaude
from conversations.models import Job
from conversations.pipeline import run
from conversations.pipeline.claim import Claim, claim_fairly
from conversations.pipeline.serve import serve
from conversations.ports import Ports
from conversations.reaper import reap
from conversations.services import Submission, cancel, retry, submit, submit_message
from conversations.services import jobs as job_services
from conversations.slots import Slots
from conversations.values import JobStatus, Priority
from knowledge.models import Organization
from tests.builders import a_job, a_session, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker."""
    for module in (dispatch, run, submit, job_services):
        monkeypatch.setattr(module, "send_job", lambda *_, **__: True)


def claimed(*full: UUID) -> Claim:
    claim = claim_fairly(list(full), worker="w")
    assert claim is not None
    return claim


def queued(organization: Organization, count: int, **fields: Any) -> list[Job]:
    user = a_user(organization=organization)
    return [a_job(a_session(user), **fields) for _ in range(count)]


def test_the_first_of_one_goes_before_the_hundredth_of_another() -> None:
    big, small = a_user().organization, a_user().organization
    queued(big, 20)
    [first] = queued(small, 1)

    order = [claimed().organization_id for _ in range(3)]

    assert order[0] == big.pk
    assert order[1] == small.pk == first.organization_id
    assert order[2] == big.pk


def test_two_who_queue_alike_are_served_in_turn() -> None:
    one, other = a_user().organization, a_user().organization
    queued(one, 6)
    queued(other, 6)

    order = Counter(claimed().organization_id for _ in range(8))

    assert order == {one.pk: 4, other.pk: 4}


def test_of_ones_own_jobs_the_urgent_go_first_then_the_older() -> None:
    user = a_user()
    old, urgent = timezone.now() - timedelta(minutes=1), timezone.now() - timedelta(seconds=1)
    bulk = a_job(a_session(user), priority=Priority.BULK, available_at=old)
    second = a_job(a_session(user), available_at=urgent)
    first = a_job(a_session(user), available_at=urgent - timedelta(seconds=5))

    assert [claimed().job_id for _ in range(3)] == [first.pk, second.pk, bulk.pk]


def test_urgent_work_of_one_does_not_starve_anothers_bulk() -> None:
    urgent, patient = a_user().organization, a_user().organization
    queued(urgent, 30)
    queued(patient, 3, priority=Priority.BULK)

    order = Counter(claimed().organization_id for _ in range(20))

    assert order == {urgent.pk: 18, patient.pk: 2}


def test_the_full_are_left_out() -> None:
    user = a_user()
    a_job(a_session(user))

    assert claim_fairly([user.organization_id], worker="w") is None
    assert claimed(uuid4()).organization_id == user.organization_id


def test_a_session_keeps_its_order() -> None:
    session = a_session()
    first, second = a_job(session), a_job(session)
    assert claimed().job_id == first.pk
    assert claim_fairly([], worker="w") is None

    Job.objects.filter(pk=first.pk).update(
        status=JobStatus.CANCELLED, lease_until=None, finished_at=timezone.now()
    )

    assert claimed().job_id == second.pk


@pytest.mark.parametrize(
    "fields",
    [
        {"available_at": timezone.now() + timedelta(hours=1)},
        {"expires_at": timezone.now() - timedelta(hours=1)},
        {"cancel_requested_at": timezone.now()},
        {"is_head": False},
    ],
    ids=["later", "expired", "stopped", "behind another"],
)
def test_what_is_not_due_is_not_taken(fields: dict[str, Any]) -> None:
    a_job(**fields)

    assert claim_fairly([], worker="w") is None


def test_a_long_session_hides_nobody() -> None:
    session = a_session()
    for _ in range(50):
        submit_message(Submission(user=session.user, session_id=session.pk, content="And?"))
    [other] = queued(session.organization, 1)
    assert Job.objects.filter(session=session, is_head=True).count() == 1

    assert claimed().session_id == session.pk
    assert claimed().job_id == other.pk


def test_the_next_of_a_session_joins_the_line_when_it_is_its_turn(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    session = a_session()
    first, second, third = (
        submit_message(Submission(user=session.user, session_id=session.pk, content="And?")).job
        for _ in range(3)
    )
    assert [job.is_head for job in (first, second, third)] == [True, False, False]

    with django_capture_on_commit_callbacks(execute=True):
        cancel(first)

    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.is_head, third.is_head) == (True, False)
    assert retry(first).is_head is False


def test_an_end_that_nobody_told_of_is_found_by_the_sweep() -> None:
    session = a_session()
    a_job(session, status=JobStatus.SUCCEEDED)
    forgotten = a_job(session, is_head=False, sent_at=timezone.now())

    reap()

    forgotten.refresh_from_db()
    assert forgotten.is_head


def test_the_next_is_told_only_once_nothing_runs_before_it() -> None:
    session = a_session()
    a_job(session, status=JobStatus.RUNNING)
    waiting = a_job(session, is_head=False)

    send_next(session.pk)

    waiting.refresh_from_db()
    assert not waiting.is_head


def test_a_hint_serves_the_fairest_whatever_it_names(ports: Ports, claude: ScriptedClaude) -> None:
    big, small = a_user().organization, a_user().organization
    queued(big, 1, status=JobStatus.RUNNING)
    mine = queued(big, 1)[0]
    theirs = queued(small, 1)[0]
    claude.will_say("Served.")

    serve(mine.pk, ports)

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.status, theirs.status) == (JobStatus.QUEUED, JobStatus.SUCCEEDED)


def test_a_hint_that_found_no_slot_is_made_good_by_who_frees_one(
    ports: Ports, claude: ScriptedClaude
) -> None:
    jobs = queued(a_user().organization, 2)
    ports.slots.owe()
    claude.always_says("Served.")

    serve(jobs[0].pk, ports)

    assert Job.objects.filter(status=JobStatus.SUCCEEDED).count() == 2


def test_while_its_slots_are_full_a_process_leaves_the_job_to_others(
    ports: Ports, claude: ScriptedClaude
) -> None:
    job = queued(a_user().organization, 1)[0]
    slots = Slots(1)
    busy, _ = slots.take(lambda full: job)
    assert busy is job
    slots.close()

    serve(job.pk, Ports(claude=claude, leases=ports.leases, worker="w", slots=slots))

    job.refresh_from_db()
    assert job.status == JobStatus.QUEUED
    assert claude.requests == []


class _Crowded(Slots):
    """Slots that a thread waits for: twice it finds none it may take, then nothing is left to do."""

    def __init__(self) -> None:
        super().__init__(1)
        self.held_meanwhile: list[bool] = []
        self._answers = [(None, True), (None, True), (None, False)]

    def take(self, claim: Callable[[list[UUID]], Any]) -> tuple[Any, bool]:
        self._note()
        claim([])
        return self._answers.pop(0)

    def wait(self) -> bool:
        self._note()
        return True

    def _note(self) -> None:
        self.held_meanwhile.append(connection.connection is not None)


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_slot_with_a_connection_in_hand(ports: Ports) -> None:
    slots = _Crowded()

    serve(uuid4(), replace(ports, slots=slots))

    assert slots.held_meanwhile == [False] * 5, "take, wait, take, wait, take"


@pytest.mark.django_db(transaction=True)
def test_workers_that_claim_at_once_each_get_another_job() -> None:
    for _ in range(3):
        queued(a_user().organization, 10)
    start = threading.Barrier(6)

    def claim_until_none(_: int) -> list[UUID]:
        start.wait()
        taken = []
        try:
            while (claim := claim_fairly([], worker="w")) is not None:
                taken.append(claim.job_id)
        finally:
            connection.close()
        return taken

    with ThreadPoolExecutor(6) as workers:
        taken = [job for jobs in workers.map(claim_until_none, range(6)) for job in jobs]

    assert len(taken) == len(set(taken)) == 30
