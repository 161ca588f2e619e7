"""Which candidate answers a message unseen: the plans as rows, read anew every few seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from conversations.experiments.assignment import place_of
from conversations.kept import Kept
from conversations.models import ShadowPlan
from conversations.prompt.wording import Wording
from conversations.routing import named_model
from conversations.wordings import WORDINGS, WordingBook


@dataclass(frozen=True, slots=True)
class Shadow:
    """A candidate that is to answer a message; an empty model leaves the route's."""

    plan_id: int
    wording: Wording
    model: str
    most_a_day: int


class ShadowBook:
    """The plans of one process; a change of a row is heard within seconds."""

    def __init__(self, wordings: WordingBook = WORDINGS) -> None:
        self._wordings = wordings
        self._plans = Kept(_plans)

    def shadow_of(self, job_id: UUID) -> Shadow | None:
        """Give the candidate that answers this message, too, if one does; a hash decides.

        The plans' shares lie side by side, so a message costs one more call at most.
        """
        plans = self._plans.get()
        place = place_of(job_id, "shadow") if plans else 0
        for plan in plans:
            if place < plan.share:
                wording = self._wordings.of(plan.prompt.version)
                model = named_model(plan.model) if plan.model else ""
                return Shadow(plan.pk, wording, model, plan.most_a_day) if wording else None
            place -= plan.share
        return None


def _plans() -> Sequence[ShadowPlan]:
    return tuple(ShadowPlan.objects.filter(enabled=True).select_related("prompt"))


def no_shadow(_job_id: UUID) -> Shadow | None:
    """Let nobody answer unseen."""
    return None


# One per process: its threads share what was read.
SHADOWS: Final = ShadowBook()
