"""Step 8: what the answer changes: the draft, its scores, and the phase."""

from dataclasses import dataclass

from conversations.gates import PhaseFacts, Standing
from conversations.phases import Decision, advance, draft_after
from conversations.pipeline.assess import assess_draft
from conversations.pipeline.load import Conversation, SessionFacts
from conversations.values import CoachAnswer
from knowledge.rubric import Assessment


@dataclass(frozen=True, slots=True)
class Progress:
    """The OKR after the answer, and the decision about the phase."""

    standing: Standing
    decision: Decision


def standing_before(session: SessionFacts, assessment: Assessment) -> Standing:
    """Give the OKR as the user had it before them."""
    return Standing(draft=session.draft, version=session.draft_version, assessment=assessment)


def advance_phase(
    session: SessionFacts, conversation: Conversation, seen: Standing, answer: CoachAnswer
) -> Progress:
    """Take over the draft and decide the phase; a completed OKR no longer changes."""
    now = seen
    draft = draft_after(session.phase, session.draft, answer.draft, answer.intent)
    if draft != session.draft:
        now = Standing(
            draft=draft,
            version=session.draft_version + 1,
            assessment=assess_draft(draft, session.context),
        )
    return Progress(now, advance(facts_of(session, conversation.user_messages, seen, now, answer)))


def facts_of(
    session: SessionFacts,
    user_messages: int,
    seen: Standing,
    now: Standing,
    answer: CoachAnswer | None = None,
) -> PhaseFacts:
    """Gather what the phase rules ask for."""
    return PhaseFacts(
        phase=session.phase,
        now=now,
        seen=seen,
        user_messages=user_messages,
        intent=answer.intent if answer else None,
        approved_version=session.approved_version,
        approved_texts=session.approved_texts,
        messages_since_progress=session.messages_since_progress + 1,
    )
