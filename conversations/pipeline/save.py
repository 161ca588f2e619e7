"""Step 9: the reply, the draft, the phase and the job's end, in one fenced transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models.functions import Now

from conversations.budgets import settle
from conversations.crash_points import CrashPoint, crash_point
from conversations.llm.client import ModelRequest
from conversations.llm.route import Route
from conversations.models import Job, Message, Session, Transition
from conversations.pipeline.advance import Progress
from conversations.pipeline.cache import CacheVerdict
from conversations.pipeline.claim import Claim
from conversations.pipeline.complete import create_objective
from conversations.pipeline.load import SessionFacts
from conversations.pipeline.record import fence
from conversations.pipeline.steps import SAVE_REPLY, TOTAL
from conversations.prompt.budget import section_tokens
from conversations.prompt.wording import Wording
from conversations.sql import insert, together, update
from conversations.strategies import Strategy
from conversations.values import Completion, JobStatus, Phase, Prompt, Role
from conversations.wordings import WordingChoice
from knowledge.rubric import as_json
from knowledge.suggestions import Suggestion, record_shown
from profiling.spans import Profile

# As in `record.ours`, and nobody has asked to stop.
_STILL_OURS = "id = %s AND status = 'running' AND lease_epoch = %s AND cancel_requested_at IS NULL"


@dataclass(frozen=True, slots=True)
class Turnout:
    """Everything this turn came to."""

    session: SessionFacts
    completion: Completion
    progress: Progress
    strategy: Strategy
    suggestions: tuple[Suggestion, ...]
    cache: CacheVerdict
    wording: WordingChoice
    route: Route
    request: ModelRequest
    prompt_in: Callable[[Wording], Prompt]
    spent_usd: Decimal


def save_reply(claim: Claim, turnout: Turnout, profile: Profile) -> None:
    """Commit the turn, or nothing: raises LeaseLostError when the row has moved on.

    The step's own time is stored by its last statement, so it leaves out the commit itself.
    """
    decision, draft = turnout.progress.decision, turnout.progress.standing.draft
    reply = _reply(claim, turnout)
    with transaction.atomic():
        with together():
            # Sessions are locked before jobs, as when a message is accepted: one order, no deadlock.
            update(Session, _session_fields(turnout), "id = %s", claim.session_id)
            insert(reply)
            if decision.moved:
                insert(_transition(claim, turnout))
            record_shown(
                organization_id=claim.organization_id,
                user_id=claim.user_id,
                session_id=claim.session_id,
                slugs=[one.id for one in turnout.suggestions],
                phase=turnout.session.phase,
            )
            settle(claim.organization_id, claim.job_id, turnout.spent_usd)
        if decision.moved and decision.phase is Phase.COMPLETED:
            create_objective(claim.session_id, draft, job_id=claim.job_id)
        crash_point(CrashPoint.INSIDE_COMMIT)
        # A cancel that came first wins: the condition is part of the write.
        fence(
            update(Job, _job_fields(claim, turnout, reply, profile), _STILL_OURS, claim.job_id, claim.epoch)
        )
    crash_point(CrashPoint.AFTER_COMMIT)


def _reply(claim: Claim, turnout: Turnout) -> Message:
    return Message(
        organization_id=claim.organization_id,
        session_id=claim.session_id,
        turn=claim.turn,
        role=Role.ASSISTANT,
        content=turnout.completion.answer.reply,
        model=turnout.completion.model,
        stop_reason=turnout.completion.stop_reason,
    )


def _transition(claim: Claim, turnout: Turnout) -> Transition:
    decision = turnout.progress.decision
    return Transition(
        session_id=claim.session_id,
        from_phase=turnout.session.phase,
        to_phase=decision.phase,
        trigger=decision.trigger,
        job_id=claim.job_id,
        evidence=dict(decision.evidence),
    )


def _session_fields(turnout: Turnout) -> dict[str, object]:
    standing, decision = turnout.progress.standing, turnout.progress.decision
    fields: dict[str, object] = {
        "updated_at": Now(),
        "messages_since_progress": decision.messages_since_progress,
        "approved_version": decision.approved_version,
        "approved_texts": sorted(decision.approved_texts),
    }
    if standing.version != turnout.session.draft_version:
        fields |= {
            "draft": standing.draft.as_json(),
            "draft_version": standing.version,
            "quality": as_json(standing.assessment) if standing.assessment else None,
        }
    if not turnout.session.title and standing.draft.objective:
        fields["title"] = standing.draft.objective[:200]
    if decision.moved:
        fields["phase"] = decision.phase
    return fields


def _job_fields(claim: Claim, turnout: Turnout, reply: Message, profile: Profile) -> dict[str, object]:
    usage, assessment = turnout.completion.usage, turnout.progress.standing.assessment
    return {
        "status": JobStatus.SUCCEEDED,
        "finished_at": Now(),
        "lease_until": None,
        "reply": reply.pk,
        "model": turnout.completion.model,
        "prompt_version": turnout.wording.version,
        "variant": turnout.wording.variant_id,
        "prompt_sections": section_tokens(turnout.request.prompt),
        "route": turnout.route.as_json(answered_by=turnout.completion.model),
        "stop_reason": turnout.completion.stop_reason,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_creation_input_tokens": usage.cache_creation_input_tokens,
        "cache_read_input_tokens": usage.cache_read_input_tokens,
        "cost_usd": usage.cost_usd,
        "cache": turnout.cache.as_json(),
        "assessment": as_json(assessment) if assessment else None,
        "suggestions": [one.as_json() for one in turnout.suggestions],
        "strategy": {"name": turnout.strategy.name, "why": turnout.strategy.why},
        "phase": turnout.progress.decision.phase,
        "timings": _timings(claim, turnout, profile),
        "error_code": "",
        "error_message": "",
        "error_retryable": False,
    }


def _timings(claim: Claim, turnout: Turnout, profile: Profile) -> dict[str, object]:
    steps = profile.ended_ms() | {SAVE_REPLY: profile.running_ms(SAVE_REPLY)}
    return {
        "queued": round(claim.queued_ms, 3),
        "first_token": turnout.completion.first_token_ms,
        TOTAL: profile.running_ms(TOTAL),
        "steps": steps,
    }
