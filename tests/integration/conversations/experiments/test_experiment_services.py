"""Starting, stopping and promoting; what is refused, and in which words."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, close_old_connections

from conversations.errors import ExperimentRefusedError, PromptInUseError
from conversations.models import (
    Experiment,
    ExperimentStatus,
    Label,
    PromptLabel,
    PromptVersion,
    Variant,
)
from conversations.services.experiments import promote, start_experiment, stop_experiment
from conversations.services.prompts import delete_version
from tests.builders import a_user, an_organization
from tests.experiment_builders import a_running_experiment, a_version, an_experiment

RUNNING = ExperimentStatus.RUNNING


@pytest.mark.django_db
def test_a_sound_plan_starts() -> None:
    person = a_user()

    started = start_experiment(an_experiment(), who=person)

    assert (started.status, started.started_by) == (RUNNING, person)
    assert started.started_at is not None


def _same_prompt(experiment: Experiment) -> None:
    first = experiment.variants.all()[0]
    experiment.variants.update(prompt=first.prompt)


def _no_second(experiment: Experiment) -> None:
    experiment.variants.all()[1].delete()


def _unknown_model(experiment: Experiment) -> None:
    Variant.objects.filter(pk=experiment.variants.all()[1].pk).update(model="claude-nothing")


def _unusable(experiment: Experiment) -> None:
    row = PromptVersion.objects.create(
        version="older", templates={"base": "$nobody"}, token_counts={}, tokens=0
    )
    Variant.objects.filter(pk=experiment.variants.all()[1].pk).update(prompt=row)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda one: one.variants.update(weight=40), "make up 80 percent, not 100"),
        (lambda one: one.variants.update(weight=60), "make up 120 percent, not 100"),
        (_no_second, "compares two variants or more"),
        (_same_prompt, "nothing to find"),
        (_unknown_model, "asks “claude-nothing”, a model of which nothing is known"),
        (_unusable, "variant “variant 1” cannot be used: version older"),
    ],
)
def test_an_unsound_plan_is_refused_with_a_sentence(
    spoil: Callable[[Experiment], object], sentence: str
) -> None:
    experiment = an_experiment()
    spoil(experiment)

    with pytest.raises(ExperimentRefusedError, match=sentence):
        start_experiment(experiment, who=a_user())

    experiment.refresh_from_db()
    assert experiment.status == ExperimentStatus.DRAFT


@pytest.mark.django_db
def test_a_version_in_an_experiment_cannot_be_deleted() -> None:
    experiment = an_experiment()

    with pytest.raises(PromptInUseError, match="cannot be deleted: variant"):
        delete_version(experiment.variants.all()[1].prompt)


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "second"), [(True, True), (True, False), (False, True)])
def test_two_experiments_never_share_sessions(first: bool, second: bool) -> None:
    organization = an_organization()
    running = a_running_experiment(organization=None if first else organization)

    with pytest.raises(ExperimentRefusedError, match=f"“{running}” runs on the same sessions"):
        start_experiment(an_experiment(organization=None if second else organization), who=a_user())


@pytest.mark.django_db
def test_two_organizations_may_try_at_once() -> None:
    a_running_experiment(organization=an_organization())

    assert a_running_experiment(organization=an_organization()).status == RUNNING


@pytest.mark.django_db
def test_the_database_itself_refuses_a_second_one() -> None:
    running = a_running_experiment()

    with pytest.raises(IntegrityError, match="experiment_one_running_per_traffic"):
        Experiment.objects.filter(pk=an_experiment().pk).update(status=RUNNING, started_at=running.started_at)


@pytest.mark.django_db(transaction=True)
def test_two_that_are_started_at_once_do_not_both_start() -> None:
    person = a_user()
    plans = [an_experiment(), an_experiment(organization=an_organization())]
    gate, outcomes = threading.Barrier(2), []

    def start(plan: Experiment) -> None:
        gate.wait()
        try:
            start_experiment(plan, who=person)
            outcomes.append("started")
        except ExperimentRefusedError:
            outcomes.append("refused")
        finally:
            close_old_connections()

    threads = [threading.Thread(target=start, args=(plan,)) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused", "started"]


@pytest.mark.django_db
def test_a_stopped_one_stays_stopped() -> None:
    experiment = a_running_experiment()

    stop_experiment(experiment, who=a_user())

    assert experiment.status == ExperimentStatus.STOPPED
    with pytest.raises(ExperimentRefusedError, match="not running"):
        stop_experiment(experiment, who=a_user())
    with pytest.raises(ExperimentRefusedError, match="started already"):
        start_experiment(experiment, who=a_user())


@pytest.mark.django_db
def test_promoting_stops_the_experiment_and_publishes_the_wording() -> None:
    experiment = a_running_experiment()
    winner = experiment.variants.all()[1]

    publication = promote(winner, who=a_user())

    experiment.refresh_from_db()
    assert (experiment.status, experiment.promoted) == (ExperimentStatus.STOPPED, winner)
    assert PromptLabel.objects.get(name=Label.PRODUCTION).version == winner.prompt
    assert publication is not None
    assert str(experiment) in publication.why


@pytest.mark.django_db
def test_what_never_ran_cannot_be_promoted() -> None:
    experiment = an_experiment()

    with pytest.raises(ExperimentRefusedError, match="has not run"):
        promote(experiment.variants.all()[1], who=a_user())

    assert not PromptLabel.objects.filter(version=experiment.variants.all()[1].prompt).exists()
    assert a_version() is not None
