"""Experiments in the admin: planned, started, read, stopped, promoted."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from conversations.models import Experiment, ExperimentStatus, Label, PromptLabel
from conversations.values import JobStatus
from tests.builders import a_job, a_session, a_user
from tests.experiment_builders import a_running_experiment, a_version, an_experiment

pytestmark = pytest.mark.django_db
ADD = "admin:conversations_experiment_add"


@pytest.fixture
def admin() -> Client:
    """The browser of somebody who may do everything."""
    client = Client()
    client.force_login(a_user(is_staff=True, is_superuser=True))
    return client


def plan(**fields: Any) -> dict[str, Any]:
    """Fill the form in; the variants' weights may differ."""
    weights = fields.pop("weights", (50, 50))
    form = {
        "name": "Shorter prompts", "hypothesis": "", "organization": "", "primary_metric": "quality",
        "least_effect": "4", "alpha": "0.05", "power": "0.8", "sessions_each": "150",
        "ripens_after": "1 00:00:00",
        "variants-TOTAL_FORMS": str(len(weights)), "variants-INITIAL_FORMS": "0",
    }  # fmt: skip
    for index, weight in enumerate(weights):
        form |= {
            f"variants-{index}-position": str(index), f"variants-{index}-name": f"v{index}",
            f"variants-{index}-prompt": str(a_version().pk), f"variants-{index}-model": "",
            f"variants-{index}-weight": str(weight),
        }  # fmt: skip
    return form | fields


def results(experiment: Experiment) -> str:
    """Give the address of the page with the verdict."""
    return reverse("admin:conversations_experiment_verdict", args=[experiment.pk])


def act(client: Client, experiment: Experiment, what: str) -> list[str]:
    """Press a button there, and give what is said."""
    address = reverse("admin:conversations_experiment_act", args=[experiment.pk])
    answer = client.post(address, {"do": what})
    return [str(one) for one in get_messages(answer.wsgi_request)]


def test_a_plan_is_written(admin: Client) -> None:
    answer = admin.post(reverse(ADD), plan())

    assert answer.status_code == 302
    assert [one.weight for one in Experiment.objects.get().variants.all()] == [50, 50]


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ((50, 40), "The weights make up 90 percent, not 100."),
        ((100, 0), "its weight is 0"),
        ((100,), "two variants"),
    ],
)
def test_weights_that_do_not_sum_are_refused_with_a_sentence(
    admin: Client, weights: tuple[int, ...], sentence: str
) -> None:
    answer = admin.post(reverse(ADD), plan(weights=weights))

    assert sentence in answer.content.decode()
    assert not Experiment.objects.exists()


def test_it_is_started_stopped_and_promoted_from_its_page(admin: Client) -> None:
    experiment = an_experiment()
    winner = experiment.variants.all()[1]

    said = [act(admin, experiment, what) for what in ("start", "start", "stop", f"promote:{winner.pk}")]

    experiment.refresh_from_db()
    assert experiment.status == ExperimentStatus.STOPPED
    assert "It runs" in said[0][0]
    assert "has been started already" in said[1][-1]
    assert PromptLabel.objects.get(name=Label.PRODUCTION).version == winner.prompt


def test_the_page_shows_the_verdict_and_its_interval(admin: Client) -> None:
    experiment = a_running_experiment(sessions_each=3)
    for variant in experiment.variants.all():
        for number in range(3):
            score = {"set": {"score": 60 + 5 * number + 30 * variant.position}, "objective": None}
            a_job(a_session(), status=JobStatus.SUCCEEDED, variant=variant, assessment=score)

    page = admin.get(results(experiment)).content.decode()

    assert "<b>variant 1</b> against the control: <b>better</b>" in page
    assert "Effect 30.00, interval" in page
    assert "Welch’s t" in page
    assert "sessions of each variant find an effect of 5" in page


def test_the_calculator_says_how_many_sessions_are_needed(admin: Client) -> None:
    address = results(an_experiment())

    page = admin.get(
        address, {"effect": "0.5", "spread": "1", "power": "0.8", "sessions": "64"}
    ).content.decode()
    empty = admin.get(address).content.decode()
    hopeless = admin.get(address, {"effect": "1e-8", "spread": "1", "power": "0.8"}).content.decode()

    assert "64 sessions of each variant find an effect of 0.5 with a power of 80%" in page
    assert "Fill in the standard deviation" in empty
    assert "No number of sessions" in hopeless


def test_a_started_plan_can_be_read_and_not_changed(admin: Client) -> None:
    experiment = a_running_experiment()
    address = reverse("admin:conversations_experiment_change", args=[experiment.pk])

    assert admin.get(address).status_code == 200
    assert admin.post(address, plan()).status_code == 403


def test_who_may_only_look_may_not_act() -> None:
    client = Client()
    client.force_login(a_user(is_staff=True))
    experiment = an_experiment()

    assert client.get(results(experiment)).status_code == 403
    answer = client.post(reverse("admin:conversations_experiment_act", args=[experiment.pk]), {"do": "start"})
    assert answer.status_code == 403
