"""Steps 1 and 2: what the session and its messages say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import orjson

from conversations.errors import CancelledError
from conversations.pipeline.claim import Claim
from conversations.sql import rows
from conversations.values import Draft, Phase, Role, Turn
from knowledge.rubric import Context
from knowledge.suggestions import CURRENT_VERSION, DISMISSED, LibraryVersion

# By hand, since every message needs it and composing the queries took longer than running them; in one
# statement, since each more costs as much in this process as in the database.
_TURN = f"""
    SELECT session.user_id, title, phase, context::text, draft::text, draft_version, approved_version,
           approved_texts::text, messages_since_progress, session.created_at,
           ARRAY({DISMISSED}), library.number, library.token,
           (SELECT json_agg(json_build_array(said.id, said.role, said.content)
                            ORDER BY said.turn, said.role DESC)
              FROM conversations_message AS said
             WHERE said.session_id = session.id AND said.turn <= %(turn)s
               AND NOT EXISTS (
                   SELECT 1 FROM conversations_job AS job
                    WHERE job.message_id = said.id AND job.status IN ('cancelled', 'superseded')))::text
      FROM conversations_session AS session LEFT JOIN ({CURRENT_VERSION}) AS library ON true
     WHERE session.id = %(session)s AND deleted_at IS NULL
"""  # noqa: S608 - constants  # nosec B608

# Identity, role and words of every message, as the database has them.
Said: TypeAlias = Sequence[tuple[str, str, str]]


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
    library: LibraryVersion | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said before, and what the user says now."""

    history: tuple[Turn, ...]
    message: str
    user_messages: int


def load_session(claim: Claim) -> tuple[SessionFacts, Said]:
    """Read the session and what was said, in one round trip; one deleted meanwhile is a cancelled job."""
    for row in rows(_TURN, session=claim.session_id, user=claim.user_id, turn=claim.turn):
        user_id, title, phase, context, draft, version, approved, texts, since, began, *others = row
        dismissed, library_number, library_token, said = others
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
            dismissed=frozenset(dismissed),
            library=LibraryVersion(library_number, library_token) if library_token else None,
        )
        return facts, orjson.loads(said or "[]")
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
    message, own = "", str(claim.message_id)
    for pk, role, content in said:
        if pk == own:
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
