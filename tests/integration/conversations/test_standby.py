"""Without a broker, a worker takes from the database what is due."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from conversations import reaper, standby
from conversations.llm.scripted import ScriptedClaude
from conversations.models import Job
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.standby import OVERDUE, Standby
from conversations.values import JobStatus
from tests.builders import a_job, a_session

pytestmark = pytest.mark.django_db(transaction=True)
ENOUGH_SECONDS = 30


class Hands:
    """Work that waits until it may end."""

    def __init__(self) -> None:
        self.taken: list[UUID] = []
        self.took = threading.Event()
        self.may_end = threading.Event()

    def __call__(self, job_id: UUID) -> None:
        self.taken.append(job_id)
        self.took.set()
        self.may_end.wait(ENOUGH_SECONDS)


def a_standby(work: Callable[[UUID], None], *, slots: int = 10, alone: bool = True) -> Standby:
    return Standby(work, broker_takes=lambda: not alone, room=lambda: slots, slots=slots)


def test_due_jobs_are_answered_without_the_broker(ports: Ports, claude: ScriptedClaude) -> None:
    jobs = [a_job() for _ in range(3)]
    for _ in jobs:
        claude.will_say("What would change?")

    def work(job_id: UUID) -> None:
        run_job(job_id, ports)

    by_itself = a_standby(work)

    assert by_itself.look() == 3
    by_itself.finish()

    assert set(Job.objects.filter(pk__in=[job.pk for job in jobs]).values_list("status", flat=True)) == {
        JobStatus.SUCCEEDED
    }


def test_only_the_first_open_job_of_a_session_is_taken() -> None:
    session = a_session()
    first, _ = a_job(session), a_job(session)
    hands = Hands()
    by_itself = a_standby(hands)

    by_itself.look()
    hands.may_end.set()
    by_itself.finish()

    assert hands.taken == [first.pk]


def test_a_job_in_hand_is_not_taken_again_and_the_slots_are_the_bound() -> None:
    for _ in range(3):
        a_job()
    hands = Hands()
    by_itself = a_standby(hands, slots=2)

    looked = [by_itself.look(), by_itself.look()]
    hands.may_end.set()
    by_itself.finish()

    assert looked == [2, 0]
    assert len(set(hands.taken)) == len(hands.taken) == 2


def test_while_the_broker_takes_hints_only_what_is_overdue_is_taken() -> None:
    now = timezone.now()
    late, _ = a_job(available_at=now - OVERDUE * 2), a_job(available_at=now)
    hands = Hands()
    by_itself = a_standby(hands, alone=False)

    by_itself.look()
    hands.may_end.set()
    by_itself.finish()

    assert hands.taken == [late.pk]


@pytest.mark.parametrize("alone", [True, False])
def test_a_worker_without_a_free_slot_takes_nothing(alone: bool) -> None:
    a_job(available_at=timezone.now() - OVERDUE * 2)
    hands = Hands()

    taken = Standby(hands, broker_takes=lambda: not alone, room=lambda: 0, slots=10).look()

    assert (taken, hands.taken) == (0, [])


def test_a_worker_sweeps_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    # Beat's clock may have been set back: then it sweeps no more for hours.
    monkeypatch.setattr(standby, "SWEEP_EVERY", timedelta(0))
    monkeypatch.setattr(reaper, "send_job", lambda job_id, *, queue: True)
    lost = a_job(status=JobStatus.RUNNING, lease_until=timezone.now() - timedelta(seconds=1))

    a_standby(Hands(), alone=False).look()

    lost.refresh_from_db()
    assert lost.status == JobStatus.QUEUED


def test_it_begins_when_the_broker_goes_and_ends_when_told() -> None:
    job, hands = a_job(), Hands()
    hands.may_end.set()
    away, began = threading.Event(), threading.Event()

    def answers() -> bool:
        began.set()
        return not away.is_set()

    by_itself = Standby(hands, broker_takes=answers, room=lambda: 2, slots=2)
    by_itself.start()
    assert began.wait(ENOUGH_SECONDS)
    assert hands.taken == []
    away.set()
    assert hands.took.wait(ENOUGH_SECONDS)
    by_itself.stop()
    by_itself.join(ENOUGH_SECONDS)
    by_itself.finish()

    assert hands.taken[0] == job.pk
