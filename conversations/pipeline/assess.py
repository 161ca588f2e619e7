"""Steps 3 and 4: what the rubric says of the user's words and of the draft."""

from conversations.pipeline.load import Conversation, SessionFacts
from conversations.values import Draft, Phase, texts_of
from knowledge.rubric import (
    Assessment,
    Context,
    Finding,
    assess_key_result,
    assess_objective,
    assess_okr,
)

_ABOUT_RESULTS = frozenset({Phase.KR_DISCOVERY, Phase.VALIDATION})


def detect_antipatterns(message: str, phase: Phase, draft: Draft, context: Context) -> tuple[Finding, ...]:
    """Find what the user's own words would do wrong as an objective, or later as a key result."""
    if phase is Phase.COMPLETED:
        return ()
    if phase in _ABOUT_RESULTS:
        return assess_key_result(message, context, objective=draft.objective or "").findings
    return assess_objective(message, context).findings


def findings_in(conversation: Conversation, session: SessionFacts) -> tuple[Finding, ...]:
    """Find what the message of this turn would do wrong."""
    return detect_antipatterns(conversation.message, session.phase, session.draft, session.context)


def assess_draft(draft: Draft, context: Context) -> Assessment:
    """Score the OKR as it stands."""
    return assess_okr(draft.objective, texts_of(draft.key_results), context)
