"""What the page reads of an experiment's sessions."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conversations.experiment_results import results_of
from conversations.experiments.measures import Measure
from conversations.models import Experiment, Session, Transition, Variant
from conversations.values import JobStatus, Phase
from tests.builders import a_job, a_session
from tests.experiment_builders import a_running_experiment

pytestmark = pytest.mark.django_db


def answered(session: Session, variant: Variant, **fields: Any) -> None:
    """Let the session have one more answered message."""
    defaults = {"input_tokens": 1_000, "output_tokens": 200, "cost_usd": "0.004", "phase": Phase.DISCOVERY}
    a_job(session, status=JobStatus.SUCCEEDED, variant=variant, **(defaults | fields))


def scored(objective: float, whole: float | None = None) -> dict[str, object]:
    """Give an assessment with these scores."""
    return {"objective": {"score": objective}, "key_results": [], "set": whole and {"score": whole}}


def began(session: Session, *, ago: timedelta) -> None:
    """Move a session's beginning."""
    Session.objects.filter(pk=session.pk).update(created_at=timezone.now() - ago)


def test_a_session_becomes_one_row_of_figures() -> None:
    experiment = a_running_experiment()
    variant = experiment.variants.all()[1]
    session = a_session()
    total = {"conversation_processing_total": 1500.0}
    answered(session, variant, assessment=scored(40), timings=total)
    answered(session, variant, assessment=scored(70, 60), timings={"conversation_processing_total": 2500.0})
    answered(session, variant, assessment=scored(80, 90), phase=Phase.COMPLETED, cache_read_input_tokens=500)
    Transition.objects.create(
        session=session, from_phase="validation", to_phase="completed", trigger="user_approved",
        evidence={"waived": ["objective_score"]},
    )  # fmt: skip

    (figures,) = results_of(experiment).samples["variant 1"]

    assert figures.quality == 30.0
    assert (figures.messages, figures.approval, figures.wrong_flag) == (3.0, True, True)
    assert figures.latency == 2000.0
    assert figures.tokens == pytest.approx((1_200 * 2 + 1_700) / 3)
    assert figures.cost == pytest.approx(0.004)


def test_an_unfinished_session_counts_without_what_it_lacks() -> None:
    experiment = a_running_experiment()
    answered(a_session(), experiment.variants.all()[0])

    (figures,) = results_of(experiment).samples["control"]

    assert (figures.quality, figures.messages, figures.approval, figures.wrong_flag) == (
        0.0,
        None,
        False,
        None,
    )


def test_a_session_counts_only_when_it_is_ripe_and_with_what_it_was_then() -> None:
    experiment = a_running_experiment(ripens_after=timedelta(hours=2))
    control = experiment.variants.all()[0]
    young, old = a_session(), a_session()
    began(old, ago=timedelta(hours=5))
    answered(young, control)
    answered(old, control, assessment=scored(50), finished_at=timezone.now() - timedelta(hours=4))
    answered(old, control, assessment=scored(90), phase=Phase.COMPLETED)

    (figures,) = results_of(experiment).samples["control"]

    assert (figures.quality, figures.approval) == (50.0, False)


def test_other_experiments_and_failed_jobs_do_not_count() -> None:
    experiment = a_running_experiment()
    control = experiment.variants.all()[0]
    a_job(status=JobStatus.FAILED, variant=control)
    a_job(status=JobStatus.SUCCEEDED)

    results = results_of(experiment)

    assert [one.sessions for one in results.summaries] == [0, 0]
    assert results.summaries[0].means[Measure.QUALITY] is None


def _with_sessions(count: int) -> Experiment:
    experiment = Experiment.objects.first() or a_running_experiment()
    for variant in experiment.variants.all():
        for _ in range(count):
            answered(a_session(), variant, assessment=scored(50))
    return experiment


def test_the_queries_do_not_grow_with_the_sessions(django_assert_num_queries: Any) -> None:
    experiment = _with_sessions(2)
    with django_assert_num_queries(2):
        results_of(experiment)
    _with_sessions(8)

    with django_assert_num_queries(2):
        results = results_of(experiment)

    assert [one.sessions for one in results.summaries] == [10, 10]
