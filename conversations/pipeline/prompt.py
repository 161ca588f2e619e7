"""Steps 5 and 6: how to coach this turn, and what to tell the model."""

from conversations.gates import Standing, has_stalled
from conversations.phases import ORDER, unmet_conditions
from conversations.pipeline.advance import facts_of
from conversations.pipeline.load import Conversation, SessionFacts
from conversations.prompt.build import build_prompt
from conversations.prompt.facts import PromptFacts
from conversations.prompt.wording import Wording
from conversations.strategies import Strategy, StrategyFacts, choose_strategy
from conversations.values import Phase, Prompt
from knowledge.rubric import Finding, reframings_for
from knowledge.suggestions import Suggestion


def strategy_for(
    session: SessionFacts, conversation: Conversation, seen: Standing, findings: tuple[Finding, ...]
) -> Strategy:
    """Choose the strategy of this turn."""
    return choose_strategy(
        StrategyFacts(
            phase=session.phase,
            draft=session.draft,
            assessment=seen.assessment,
            findings=findings,
            user_messages=conversation.user_messages,
            messages_since_progress=session.messages_since_progress,
            stalled=has_stalled(facts_of(session, conversation.user_messages, seen, seen)),
        )
    )


def prompt_for(
    session: SessionFacts,
    conversation: Conversation,
    seen: Standing,
    strategy: Strategy,
    findings: tuple[Finding, ...],
    suggestions: tuple[Suggestion, ...],
    wording: Wording | None = None,
) -> Prompt:
    """Build the prompt of this turn, in the shipped wording unless another is given."""
    facts = facts_of(session, conversation.user_messages, seen, seen)
    return build_prompt(
        PromptFacts(
            phase=session.phase,
            message=conversation.message,
            strategy=strategy,
            draft=session.draft,
            assessment=seen.assessment,
            findings=findings,
            suggestions=suggestions,
            reframings=reframings_for(findings),
            context=session.context,
            unmet=tuple(one.sentence for one in unmet_conditions(facts, following(session.phase))),
            approved_texts=session.approved_texts,
            stalled=has_stalled(facts),
            user_messages=conversation.user_messages,
            history=conversation.history,
        ),
        wording,
    )


def following(phase: Phase) -> Phase:
    """Give the phase after this one; the last one follows itself."""
    return ORDER[min(ORDER.index(phase) + 1, len(ORDER) - 1)]
