"""Who is part of an experiment, and what its jobs and cache keys say of it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.cache.fingerprint import fingerprint_of
from conversations.errors import OverloadedError
from conversations.llm.scripted import ScriptedClaude
from conversations.models import Experiment, Job, Session
from conversations.pipeline import run
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.services.experiments import stop_experiment
from conversations.traffic import TrafficBook
from conversations.values import JobStatus
from conversations.wordings import WordingBook, WordingTraits
from tests.builders import a_job, a_session, a_user, an_organization
from tests.experiment_builders import a_running_experiment

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> TrafficBook:
    """What one process knows."""
    return TrafficBook(WordingBook())


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "send_next", lambda session_id: None)


def new(organization: UUID | None = None, session: UUID | None = None) -> WordingTraits:
    """Give a session that begins now."""
    return WordingTraits(organization or uuid4(), session or uuid4(), timezone.now())


def in_variant(experiment: Experiment, position: int, book: TrafficBook) -> Session:
    """Create a session that sees this variant."""
    wanted = experiment.variants.all()[position].pk
    while True:
        number = uuid4()
        if book.wording_for(new(session=number)).variant_id == wanted:
            return a_session(id=number)


def test_new_sessions_are_dealt_out_and_keep_their_variant(book: TrafficBook) -> None:
    experiment = a_running_experiment(weights=(70, 30))
    sessions = [new() for _ in range(400)]

    first = [book.wording_for(one).variant_id for one in sessions]
    again = [TrafficBook(WordingBook()).wording_for(one).variant_id for one in sessions[:50]]

    control, variant = experiment.variants.all()
    counts = Counter(first)
    assert again == first[:50]
    assert counts[control.pk] + counts[variant.pk] == 400
    assert 230 < counts[control.pk] < 330


def test_a_session_from_before_stays_outside(book: TrafficBook) -> None:
    a_running_experiment()
    before = replace(new(), began=timezone.now() - timedelta(hours=1))

    assert book.wording_for(before).variant_id is None
    assert book.wording_for(replace(before, began=None)).variant_id is None


def test_other_organizations_stay_outside(book: TrafficBook) -> None:
    organization = an_organization()
    a_running_experiment(organization=organization)

    assert book.wording_for(new(organization.pk)).variant_id is not None
    assert book.wording_for(new()).variant_id is None


def test_after_the_end_everybody_sees_production(book: TrafficBook) -> None:
    experiment = a_running_experiment()
    assert book.wording_for(new()).variant_id is not None

    stop_experiment(experiment, who=a_user())
    book.forget()

    assert book.wording_for(new()).variant_id is None


def test_weights_that_somebody_changed_by_hand_end_the_experiment_and_no_conversation(
    book: TrafficBook,
) -> None:
    experiment = a_running_experiment()
    experiment.variants.update(weight=30)

    assert book.wording_for(new()).variant_id is None


def test_a_message_costs_no_query_while_the_rows_are_fresh(book: TrafficBook) -> None:
    a_running_experiment()
    for _ in range(60):
        book.wording_for(new())

    with CaptureQueriesContext(
        connection,
    ) as queries:
        book.wording_for(new())

    assert len(queries) == 0


def test_the_job_stores_its_variant_and_its_wording(
    ports: Ports, claude: ScriptedClaude, book: TrafficBook
) -> None:
    experiment = a_running_experiment()
    variant = experiment.variants.all()[1]
    claude.always_says("What would change?")
    job = a_job(in_variant(experiment, 1, book))

    run_job(job.pk, replace(ports, wording_for=book.wording_for))

    job = Job.objects.get(pk=job.pk)
    assert job.status == JobStatus.SUCCEEDED
    assert (job.variant, job.prompt_version) == (variant, variant.prompt.version)


def test_a_variant_may_ask_another_model(ports: Ports, claude: ScriptedClaude, book: TrafficBook) -> None:
    experiment = a_running_experiment()
    experiment.variants.filter(position=1).update(model="claude-haiku-5-5")
    claude.always_says("What would change?")
    job = a_job(in_variant(experiment, 1, book))

    run_job(job.pk, replace(ports, wording_for=book.wording_for))

    assert claude.requests[0].model == "claude-haiku-5-5"
    job.refresh_from_db()
    assert job.route is not None
    assert job.route["rule"] == "experiment:variant 1"


def test_where_a_variants_model_is_overloaded_the_routes_own_stands_in(
    ports: Ports, claude: ScriptedClaude, book: TrafficBook
) -> None:
    experiment = a_running_experiment()
    experiment.variants.filter(position=1).update(model="claude-haiku-5-5")
    claude.will_fail(OverloadedError())
    claude.will_say("What would change?")
    job = a_job(in_variant(experiment, 1, book))

    run_job(job.pk, replace(ports, wording_for=book.wording_for))

    job.refresh_from_db()
    assert job.status == JobStatus.SUCCEEDED
    assert [one.model for one in claude.requests] == ["claude-haiku-5-5", "claude-sonnet-5-5"]


def test_variants_never_share_a_cached_answer(
    ports: Ports, claude: ScriptedClaude, book: TrafficBook
) -> None:
    experiment = a_running_experiment()
    claude.always_says("What would change?")
    for position in (0, 1):
        job = a_job(in_variant(experiment, position, book))
        run_job(job.pk, replace(ports, wording_for=book.wording_for))

    one, other = (fingerprint_of(request) for request in claude.requests)

    assert one.digest != other.digest
    assert {name for name in one.components if one.components[name] != other.components[name]} == {
        "system.instructions", "version.prompt",
    }  # fmt: skip
