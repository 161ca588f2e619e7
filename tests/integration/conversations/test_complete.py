"""A session completes with exactly what the user approved."""

import pytest

from conversations.errors import TransitionRefusedError
from conversations.llm.scripted import ScriptedClaude
from conversations.models import Session, Transition
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.services import Move, force_transition, transition
from conversations.values import Draft, Intent, KeyResultDraft, Phase
from knowledge.models import Objective
from tests.builders import a_job, a_session, a_user

pytestmark = pytest.mark.django_db
OBJECTIVE = "Make customers stay because every question is answered within the hour"
RESULTS = (
    KeyResultDraft("Raise retention after 90 days from 60 % to 75 %", baseline=60, target=75, unit="%"),
    KeyResultDraft(
        "Cut the time to a first answer from 9 h to 1 h", direction="decrease", baseline=9, target=1, unit="h"
    ),
)


def ready_session(**fields: object) -> Session:
    draft = Draft(objective=OBJECTIVE, key_results=RESULTS)
    return a_session(
        a_user(), **{"phase": Phase.VALIDATION, "draft": draft.as_json(), "draft_version": 3} | fields
    )


def said(claude: ScriptedClaude, intent: Intent, *, objective: str = OBJECTIVE) -> None:
    claude.will_say("Done.", objective=objective, key_results=RESULTS, intent=intent)


def test_one_yes_makes_real_objects_to_the_letter(ports: Ports, claude: ScriptedClaude) -> None:
    session = ready_session()
    job = a_job(session)
    said(claude, Intent.APPROVES)

    run_job(job.pk, ports)

    session.refresh_from_db()
    objective = Objective.objects.get()
    assert (session.phase, session.approved_version) == (Phase.COMPLETED, 3)
    assert (objective.title, objective.owner, objective.organization) == (
        OBJECTIVE,
        session.user,
        session.organization,
    )
    assert [one.title for one in objective.key_results.all()] == [one.text for one in RESULTS]


def test_a_request_for_change_completes_nothing(ports: Ports, claude: ScriptedClaude) -> None:
    session = ready_session()
    job = a_job(session)
    said(claude, Intent.REQUESTS_CHANGE)

    run_job(job.pk, ports)

    session.refresh_from_db()
    assert session.phase == Phase.VALIDATION
    assert not Objective.objects.exists()


def test_a_yes_to_something_the_answer_changed_completes_nothing(
    ports: Ports, claude: ScriptedClaude
) -> None:
    session = ready_session()
    job = a_job(session)
    said(claude, Intent.APPROVES, objective="Win every customer back with a quick and honest answer")

    run_job(job.pk, ports)

    session.refresh_from_db()
    assert session.phase != Phase.COMPLETED
    assert not Objective.objects.exists()


def test_the_move_is_recorded_with_its_evidence(ports: Ports, claude: ScriptedClaude) -> None:
    job = a_job(ready_session())
    said(claude, Intent.APPROVES)

    run_job(job.pk, ports)

    moved = Transition.objects.get()
    assert (moved.from_phase, moved.to_phase, moved.job) == (Phase.VALIDATION, Phase.COMPLETED, job)
    assert moved.evidence["draft_version"] == 3


def test_a_refusal_names_each_unmet_condition() -> None:
    session = a_session()

    with pytest.raises(TransitionRefusedError) as refused:
        transition(Move(session.pk, session.user, Phase.REFINEMENT))

    assert len(refused.value.unmet) == 3


def test_going_back_needs_nothing() -> None:
    session = ready_session()

    assert transition(Move(session.pk, session.user, Phase.REFINEMENT)).phase == Phase.REFINEMENT


def test_force_is_for_staff_alone() -> None:
    session = a_session()

    with pytest.raises(TransitionRefusedError):
        transition(Move(session.pk, session.user, Phase.VALIDATION, force=True))


def test_staff_may_force_and_it_is_recorded() -> None:
    session = a_session()
    staff = a_user(is_staff=True)

    force_transition(session, actor=staff, target=Phase.VALIDATION)

    moved = Transition.objects.get()
    assert (moved.forced, moved.actor, moved.to_phase) == (True, staff, Phase.VALIDATION)
    assert len(moved.evidence["unmet"]) >= 2


def test_a_forced_completion_without_approval_makes_no_objective() -> None:
    session = ready_session()

    force_transition(session, actor=a_user(is_staff=True), target=Phase.COMPLETED)

    session.refresh_from_db()
    assert session.phase == Phase.COMPLETED
    assert not Objective.objects.exists()


def test_somebody_elses_session_cannot_be_moved() -> None:
    session = ready_session()

    with pytest.raises(Session.DoesNotExist):
        transition(Move(session.pk, a_user(), Phase.REFINEMENT))
