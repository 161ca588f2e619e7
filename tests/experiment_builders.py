"""Experiments for tests."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from conversations.models import Experiment, PromptVersion, Variant
from conversations.prompt.wording import shipped_templates
from conversations.services.experiments import start_experiment
from conversations.services.prompts import save_version
from tests.builders import a_user

_numbers = count(1)


def a_version(*, says: str = "") -> PromptVersion:
    """Save a wording unlike any other."""
    templates = shipped_templates()
    templates["base"] += f"\n\n{says or f'Wording number {next(_numbers)}.'}"
    return save_version(templates)


def an_experiment(*, weights: Sequence[int] = (50, 50), **fields: Any) -> Experiment:
    """Draft an experiment with a variant for each weight; the first is the control."""
    defaults: dict[str, Any] = {
        "name": f"Experiment {next(_numbers)}",
        "least_effect": 5.0,
        "sessions_each": 20,
        "ripens_after": timedelta(0),
    }
    experiment = Experiment.objects.create(**(defaults | fields))
    for position, weight in enumerate(weights):
        Variant.objects.create(
            experiment=experiment,
            name="control" if not position else f"variant {position}",
            position=position,
            prompt=a_version(),
            weight=weight,
        )
    return experiment


def a_running_experiment(**fields: Any) -> Experiment:
    """Start one."""
    return start_experiment(an_experiment(**fields), who=a_user(is_staff=True))
