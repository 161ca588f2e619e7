"""Between steps 5 and 7: what decides which model is asked."""

from conversations.llm.route import RouteTraits
from conversations.message_kind import kind_of
from conversations.pipeline.claim import Claim
from conversations.pipeline.load import Conversation, SessionFacts
from conversations.strategies import Strategy
from conversations.values import Priority, Step


def route_traits(
    claim: Claim, session: SessionFacts, conversation: Conversation, strategy: Strategy
) -> RouteTraits:
    """Say at which point of which conversation the model is asked."""
    return RouteTraits(
        phase=session.phase,
        strategy=strategy.name,
        kind=kind_of(conversation.message),
        step=Step.BULK if claim.priority == Priority.BULK else Step.ANSWER,
        session_id=claim.session_id,
    )
