"""After the answer: note down and send what a candidate is to answer unseen.

The user's answer is committed and told by now. What cannot be noted down or sent is lost, and only the
comparison is poorer for it.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from conversations.dispatch import send_shadow
from conversations.llm.client import ModelRequest
from conversations.models import ShadowRun
from conversations.pipeline.claim import Claim
from conversations.pipeline.save import Turnout
from conversations.ports import Ports
from conversations.shadows import Shadow
from conversations.values import Draft, Phase, Prompt, PromptSection, Role, Turn
from knowledge.rubric import Assessment, Context

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unseen:
    """What a candidate is asked, and what its answer is measured against."""

    prompt: Prompt
    model: str
    max_tokens: int
    effort: str
    phase: Phase
    draft: Draft
    context: Context

    def as_json(self) -> dict[str, object]:
        """Give the stored form."""
        return asdict(self) | {"draft": self.draft.as_json()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read the stored form."""
        prompt = stored["prompt"]
        return cls(
            prompt=Prompt(
                system=tuple(PromptSection(**one) for one in prompt["system"]),
                history=tuple(Turn(Role(one["role"]), one["content"]) for one in prompt["history"]),
                turn=tuple(PromptSection(**one) for one in prompt["turn"]),
                version=prompt["version"],
                condensed=prompt["condensed"],
            ),
            model=stored["model"],
            max_tokens=stored["max_tokens"],
            effort=stored["effort"],
            phase=Phase(stored["phase"]),
            draft=Draft.from_json(stored["draft"]),
            context=Context(**stored["context"]),
        )

    def request(self) -> ModelRequest:
        """Give the question as it is asked now."""
        return ModelRequest(
            prompt=self.prompt,
            model=self.model,
            max_tokens=self.max_tokens,
            effort=self.effort,
            deadline=time.monotonic() + settings.CLAUDE_TIMEOUT.total_seconds(),
            idle_timeout=settings.CLAUDE_IDLE_TIMEOUT,
        )


def let_a_candidate_answer(claim: Claim, turnout: Turnout, ports: Ports) -> None:
    """Send the turn's own question in a candidate's words to the bulk queue, if a plan says so."""
    try:
        shadow = ports.shadow_of(claim.job_id)
        if shadow is None or _is_spent(shadow):
            return
        run, is_new = ShadowRun.objects.get_or_create(
            job_id=claim.job_id,
            defaults={
                "plan_id": shadow.plan_id,
                "request": _asked(turnout, shadow).as_json(),
                "shown_quality": quality_of(turnout.progress.standing.assessment),
            },
        )
        if is_new:
            send_shadow(run.pk)
    except DatabaseError:
        logger.warning("A shadow run was not noted down.", exc_info=True)


def quality_of(assessment: Assessment | None) -> float | None:
    """Give one figure for an OKR as it stands, the set's before the objective's."""
    part = assessment and (assessment.set or assessment.objective)
    return part.score if part else None


def _is_spent(shadow: Shadow) -> bool:
    """Say whether the plan has asked as often today as it may."""
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    today = ShadowRun.objects.filter(plan_id=shadow.plan_id, created_at__gte=midnight)
    return today.count() >= shadow.most_a_day


def _asked(turnout: Turnout, shadow: Shadow) -> Unseen:
    request, session = turnout.request, turnout.session
    return Unseen(
        prompt=turnout.prompt_in(shadow.wording),
        model=shadow.model or request.model,
        max_tokens=request.max_tokens,
        effort=request.effort,
        phase=session.phase,
        draft=session.draft,
        context=session.context,
    )
