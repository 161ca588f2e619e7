"""Start, stop and promote experiments; what cannot be compared fairly is refused with a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from conversations.errors import ExperimentRefusedError
from conversations.experiments.assignment import WHOLE
from conversations.llm.catalogue import catalogue, family
from conversations.models import Experiment, ExperimentStatus, PromptPublication, Variant
from conversations.prompt.wording import WordingError, parse_wording
from conversations.routing import named_model
from conversations.services.prompts import publish
from conversations.traffic import TRAFFIC
from knowledge.models import User


@dataclass(frozen=True, slots=True)
class Proposed:
    """A variant as somebody wants it: what decides whether a plan is sound."""

    name: str
    version_id: int | None
    model: str
    weight: int


def flaw_in(variants: Sequence[Proposed]) -> str:
    """Say in a sentence what is wrong with a set of variants; empty when nothing is."""
    if len(variants) < 2:
        return "An experiment compares two variants or more."
    total = sum(one.weight for one in variants)
    if total != WHOLE:
        return f"The weights make up {total} percent, not 100."
    if idle := next((one for one in variants if one.weight <= 0), None):
        return f"Nobody would see the variant “{idle.name}”: its weight is {idle.weight}."
    names = [one.name.casefold() for one in variants]
    if len(set(names)) < len(names):
        return "Two variants have the same name."
    if missing := next((one for one in variants if one.version_id is None), None):
        return f"The variant “{missing.name}” has no prompt version, or one that was deleted."
    for one in variants:
        if one.model and family(named_model(one.model)) not in catalogue():
            return f"The variant “{one.name}” asks “{one.model}”, a model of which nothing is known."
    if len({(one.version_id, one.model) for one in variants}) < 2:
        return "All variants are the same: there is nothing to find."
    return ""


@transaction.atomic
def start_experiment(experiment: Experiment, *, who: User) -> Experiment:
    """Send new sessions to the variants from now on.

    Raises ExperimentRefusedError with a sentence when the plan is unsound or its traffic is taken.
    """
    _one_at_a_time()
    row = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if row.status != ExperimentStatus.DRAFT:
        raise ExperimentRefusedError(f"“{row}” has been started already; copy its plan to try again.")
    variants = list(row.variants.select_related("prompt"))
    if flaw := flaw_in([Proposed(v.name, v.prompt_id, v.model, v.weight) for v in variants]):
        raise ExperimentRefusedError(flaw)
    for variant in variants:
        _refuse_unusable(variant)
    if rival := _rival_of(row):
        raise ExperimentRefusedError(f"“{rival}” runs on the same sessions; stop it first.")
    Experiment.objects.filter(pk=row.pk).update(
        status=ExperimentStatus.RUNNING, started_at=Now(), started_by=who
    )
    transaction.on_commit(TRAFFIC.forget)
    row.refresh_from_db()
    return row


@transaction.atomic
def stop_experiment(experiment: Experiment, *, who: User) -> Experiment:
    """Answer everybody with what is in production again; raises ExperimentRefusedError unless it runs."""
    stopped = Experiment.objects.filter(pk=experiment.pk, status=ExperimentStatus.RUNNING).update(
        status=ExperimentStatus.STOPPED, stopped_at=Now(), stopped_by=who
    )
    if not stopped:
        raise ExperimentRefusedError(f"“{experiment}” is not running.")
    transaction.on_commit(TRAFFIC.forget)
    experiment.refresh_from_db()
    return experiment


@transaction.atomic
def promote(variant: Variant, *, who: User, why: str = "") -> PromptPublication | None:
    """Stop the experiment, and publish this variant's wording; None when it is published already.

    Raises ExperimentRefusedError for one that never ran, and PromptRefusedError for a wording the
    program can no longer use.
    """
    experiment = Experiment.objects.select_for_update().get(pk=variant.experiment_id)
    if experiment.status == ExperimentStatus.DRAFT:
        raise ExperimentRefusedError(f"“{experiment}” has not run: there is nothing to promote on.")
    if experiment.status == ExperimentStatus.RUNNING:
        stop_experiment(experiment, who=who)
    Experiment.objects.filter(pk=experiment.pk).update(promoted=variant)
    reason = why or f"Variant “{variant.name}” of the experiment “{experiment}”."
    return publish(variant.prompt, who=who, why=reason)


def _refuse_unusable(variant: Variant) -> None:
    try:
        parse_wording(variant.prompt.templates)
    except WordingError as error:
        raise ExperimentRefusedError(
            f"The variant “{variant.name}” cannot be used: version {variant.prompt}: {error}"
        ) from error


def _rival_of(experiment: Experiment) -> Experiment | None:
    """Give a running experiment that shares sessions with this one."""
    running = Experiment.objects.filter(status=ExperimentStatus.RUNNING)
    if experiment.organization_id is not None:
        running = running.filter(Q(organization=None) | Q(organization=experiment.organization_id))
    return running.first()


def _one_at_a_time() -> None:
    # One for everybody and one for an organization share sessions, which no index can see.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('start an experiment'))")
