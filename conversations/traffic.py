"""Which running experiment a session is part of, and which of its variants it sees."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from conversations.experiments.assignment import WHOLE, choose_variant
from conversations.kept import Kept
from conversations.models import Experiment, ExperimentStatus
from conversations.routing import named_model
from conversations.wordings import WORDINGS, WordingBook, WordingChoice, WordingTraits

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arm:
    """A variant, as much of it as a turn needs."""

    id: int
    name: str
    version: str
    model: str
    weight: int


@dataclass(frozen=True, slots=True)
class Running:
    """A running experiment."""

    id: int
    organization_id: UUID | None
    started_at: datetime
    arms: tuple[Arm, ...]

    def covers(self, traits: WordingTraits) -> bool:
        """Say whether a session is part of it: one that began before it has seen another wording."""
        return (
            self.organization_id in (None, traits.organization_id)
            and traits.began is not None
            and traits.began >= self.started_at
        )

    def arm_of(self, session_id: UUID) -> Arm:
        """Give the session's variant, the same for ever."""
        weights = [arm.weight for arm in self.arms]
        return self.arms[choose_variant(session_id, salt=salt_of(self.id), weights=weights)]


def salt_of(experiment_id: int) -> str:
    """Give what shuffles the sessions of one experiment unlike those of any other."""
    return f"experiment:{experiment_id}"


class TrafficBook:
    """The running experiments of one process; a start or a stop is heard within seconds.

    Processes that have not heard yet answer with the wording they know. Such a session's first message
    may fall outside the experiment; its jobs say which variant they were answered with.
    """

    def __init__(self, wordings: WordingBook = WORDINGS) -> None:
        self._wordings = wordings
        self._running = Kept(_running)

    def wording_for(self, traits: WordingTraits) -> WordingChoice:
        """Give the wording of the session's variant, or the one in production."""
        for experiment in self._running.get():
            if experiment.covers(traits):
                arm = experiment.arm_of(traits.session_id)
                wording = self._wordings.of(arm.version)
                if wording is not None:
                    model = named_model(arm.model) if arm.model else ""
                    return WordingChoice(wording, f"experiment:{arm.name}", variant_id=arm.id, model=model)
        return self._wordings.wording_for(traits)

    def forget(self) -> None:
        """Read the experiments anew with the next question."""
        self._running.forget()


def _running() -> Sequence[Running]:
    found = []
    rows = Experiment.objects.filter(status=ExperimentStatus.RUNNING).prefetch_related("variants__prompt")
    for row in rows:
        arms = tuple(
            Arm(one.pk, one.name, one.prompt.version, one.model, one.weight) for one in row.variants.all()
        )
        if row.started_at is None or sum(arm.weight for arm in arms) != WHOLE:
            # Somebody changed the rows by hand: production answers, and the log says so.
            logger.error("An experiment's weights do not make up a hundred.", extra={"experiment": row.pk})
            continue
        found.append(Running(row.pk, row.organization_id, row.started_at, arms))
    return found


# One per process: its threads share what was read.
TRAFFIC: Final = TrafficBook()
