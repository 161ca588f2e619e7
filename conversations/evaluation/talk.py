"""A conversation held in memory: the pipeline's own steps around a model, without database or queue."""

import time
import uuid
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from django.conf import settings

from conversations.llm.client import Claude, ModelRequest
from conversations.pipeline.advance import Progress, advance_phase, standing_before
from conversations.pipeline.assess import assess_draft, detect_antipatterns
from conversations.pipeline.load import Conversation, SessionFacts
from conversations.pipeline.prompt import prompt_for, strategy_for
from conversations.prompt.wording import Wording
from conversations.values import Completion, Draft, Phase, Prompt, Role, Turn
from knowledge.rubric import Assessment, Context, Finding

_NOBODY: Final = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn: what was said, what came back, and the session on both sides of it."""

    message: str
    before: SessionFacts
    after: SessionFacts
    findings: tuple[Finding, ...]
    prompt: Prompt
    completion: Completion

    @property
    def reply(self) -> str:
        """What the user read."""
        return self.completion.answer.reply


def new_session(context: Context) -> SessionFacts:
    """Give a session in which nothing has been said."""
    return SessionFacts(
        session_id=_NOBODY,
        user_id=_NOBODY,
        title="",
        phase=Phase.DISCOVERY,
        context=context,
        draft=Draft(),
        draft_version=0,
        approved_version=None,
        approved_texts=frozenset(),
        messages_since_progress=0,
    )


@dataclass
class Talk:
    """A session and what was said in it."""

    claude: Claude
    session: SessionFacts
    model: str = ""
    wording: Wording | None = None
    history: tuple[Turn, ...] = ()
    exchanges: list[Exchange] = field(default_factory=list)

    def say(self, message: str) -> Exchange:
        """Take one turn as the pipeline does."""
        session = self.session
        conversation = Conversation(self.history, message, len(self.history) // 2 + 1)
        findings = detect_antipatterns(message, session.phase, session.draft, session.context)
        seen = standing_before(session, assess_draft(session.draft, session.context))
        strategy = strategy_for(session, conversation, seen, findings)
        prompt = prompt_for(session, conversation, seen, strategy, findings, (), self.wording)
        completion = self.claude.answer(self._request(prompt), Silence())
        self.session = _moved_on(session, advance_phase(session, conversation, seen, completion.answer))
        self.history += (Turn(Role.USER, message), Turn(Role.ASSISTANT, completion.answer.reply))
        every = (*findings, *_findings_in(seen.assessment))
        exchange = Exchange(message, session, self.session, every, prompt, completion)
        self.exchanges.append(exchange)
        return exchange

    def _request(self, prompt: Prompt) -> ModelRequest:
        return ModelRequest(
            prompt=prompt,
            model=self.model or settings.CLAUDE_MODEL,
            max_tokens=settings.CLAUDE_MAX_TOKENS,
            deadline=time.monotonic() + settings.CLAUDE_TIMEOUT.total_seconds(),
            idle_timeout=timedelta(seconds=settings.CLAUDE_IDLE_TIMEOUT.total_seconds()),
        )


def _moved_on(session: SessionFacts, progress: Progress) -> SessionFacts:
    return replace(
        session,
        phase=progress.decision.phase,
        draft=progress.standing.draft,
        draft_version=progress.standing.version,
        approved_version=progress.decision.approved_version,
        approved_texts=progress.decision.approved_texts,
        messages_since_progress=progress.decision.messages_since_progress,
    )


def _findings_in(assessment: Assessment | None) -> tuple[Finding, ...]:
    if assessment is None:
        return ()
    texts = (*((assessment.objective,) if assessment.objective else ()), *assessment.key_results)
    return tuple(finding for text in texts for finding in text.findings)


class Silence:
    """Nobody listens while an answer streams."""

    def on_text(self, text: str) -> None:
        """Let it pass."""

    def check(self) -> None:
        """Go on."""
