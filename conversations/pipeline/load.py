"""Steps 1 and 2: what the session and its messages say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import orjson

from conversations.errors import CancelledError
from conversations.pipeline.claim import Claim
from conversations.sql import rows_of
from conversations.values import Draft, Phase, Role, Turn
from knowledge.rubric import Context
from knowledge.suggestions import DISMISSED

# By hand, since every message needs them and composing the queries took longer than running them.
_SESSION = """
    SELECT user_id, title, phase, context::text, draft::text, draft_version, approved_version,
           approved_texts::text, messages_since_progress, created_at
      FROM conversations_session WHERE id = %(id)s AND deleted_at IS NULL
"""
_CONVERSATION = """
    SELECT said.id, said.role, said.content FROM conversations_message AS said
     WHERE said.session_id = %(session)s AND said.turn <= %(turn)s
       AND NOT EXISTS (
           SELECT 1 FROM conversations_job AS job
            WHERE job.message_id = said.id AND job.status IN ('cancelled', 'superseded'))
     ORDER BY said.turn, said.role DESC
"""


# Identity, role and words of every message, as the database has them.
Said: TypeAlias = Sequence[tuple[UUID, str, str]]


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """The session as this turn finds it."""

    session_id: UUID
    user_id: UUID
    title: str
    phase: Phase
    context: Context
    draft: Draft
    draft_version: int
    approved_version: int | None
    approved_texts: frozenset[str]
    messages_since_progress: int
    began: datetime | None = None
    # Suggestions the user turned down, here or for good.
    dismissed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said before, and what the user says now."""

    history: tuple[Turn, ...]
    message: str
    user_messages: int


def load_session(claim: Claim) -> tuple[SessionFacts, Said]:
    """Read the session and what was said, in one round trip; one deleted meanwhile is a cancelled job."""
    sessions, said, dismissed = rows_of(
        (_SESSION, {"id": claim.session_id}),
        (_CONVERSATION, {"session": claim.session_id, "turn": claim.turn}),
        (DISMISSED, {"user": claim.user_id, "session": claim.session_id}),
    )
    for user_id, title, phase, context, draft, version, approved, texts, since, began in sessions:
        facts = SessionFacts(
            session_id=claim.session_id,
            user_id=user_id,
            title=title,
            phase=Phase(phase),
            context=rubric_context(orjson.loads(context)),
            draft=Draft.from_json(orjson.loads(draft)),
            draft_version=version,
            approved_version=approved,
            approved_texts=frozenset(orjson.loads(texts)),
            messages_since_progress=since,
            began=began,
            dismissed=frozenset(slug for (slug,) in dismissed),
        )
        return facts, said
    raise CancelledError


def rubric_context(stored: dict[str, object]) -> Context:
    """Read the known parts of a session's context; the rest is the client's own."""
    team_size = stored.get("team_size")
    return Context(
        industry=str(stored.get("industry") or ""),
        function=str(stored.get("function") or ""),
        timeframe=str(stored.get("timeframe") or ""),
        team_size=team_size if isinstance(team_size, int) else None,
        scope=str(stored.get("scope") or ""),
    )


def load_messages(claim: Claim, said: Said) -> Conversation:
    """Make the conversation up to this turn of what was said.

    Left out are messages whose job was cancelled or superseded: the user took them back. Those of
    failed jobs stay, since the user said them.
    """
    earlier: list[Turn] = []
    message = ""
    for pk, role, content in said:
        if pk == claim.message_id:
            message = content
        else:
            earlier.append(Turn(role=Role(role), content=content))
    asked = sum(turn.role is Role.USER for turn in earlier) + 1
    return Conversation(history=_alternating(earlier), message=message, user_messages=asked)


def _alternating(turns: list[Turn]) -> tuple[Turn, ...]:
    # The API wants the roles to take turns: what was said in a row is joined.
    joined: list[Turn] = []
    for turn in turns:
        if joined and joined[-1].role is turn.role:
            joined[-1] = Turn(role=turn.role, content=f"{joined[-1].content}\n\n{turn.content}")
        else:
            joined.append(turn)
    return tuple(joined)
