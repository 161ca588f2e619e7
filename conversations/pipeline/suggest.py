"""Step 7.5: what the library has to offer at this point."""

from collections.abc import Callable

from conversations.gates import Standing
from conversations.pipeline.load import Conversation, SessionFacts
from knowledge.rubric import Finding
from knowledge.suggestions import Suggestion, SuggestionQuery


def suggestions_for(
    session: SessionFacts,
    conversation: Conversation,
    seen: Standing,
    findings: tuple[Finding, ...],
    suggest: Callable[[SuggestionQuery], tuple[Suggestion, ...]],
) -> tuple[Suggestion, ...]:
    """Ask for what fits the draft and the user's words, and was not turned down before."""
    assessed = seen.assessment.objective if seen.assessment else None
    of_draft = assessed.findings if assessed else ()
    return suggest(
        SuggestionQuery(
            text=f"{seen.draft.objective or ''} {conversation.message}".strip(),
            phase=session.phase,
            industry=session.context.industry,
            function=session.context.function,
            dismissed=session.dismissed,
            library=session.library,
            finding_codes=tuple(dict.fromkeys(str(one.code) for one in (*findings, *of_draft))),
        )
    )
