"""What people did with suggestions: recorded once each, and never offered again once dismissed."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db import connection

from knowledge.models.library import FeedbackAction, LibraryEntry, SuggestionFeedback
from knowledge.models.organization import User

# By hand, as it runs with every message, in one round trip with what else a message needs to know.
DISMISSED: Final = """
    SELECT entry.slug FROM knowledge_suggestionfeedback AS feedback
    JOIN knowledge_libraryentry AS entry ON entry.id = feedback.entry_id
    WHERE feedback.user_id = %(user)s AND feedback.action = 'dismissed'
      AND (feedback.session_id IS NULL OR feedback.session_id = %(session)s)
"""


def record_shown(
    *, organization_id: UUID, user_id: UUID, session_id: UUID, slugs: Iterable[str], phase: str
) -> None:
    """Note that suggestions were shown in a session; showing one again changes nothing.

    One statement, fit for the transaction that saves the reply.
    """
    if not (shown := list(slugs)):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO knowledge_suggestionfeedback
                (organization_id, user_id, session_id, entry_id, action, phase, created_at)
            SELECT %s, %s, %s, entry.id, %s, %s, now()
            FROM knowledge_libraryentry AS entry
            WHERE entry.slug = ANY(%s)
            ON CONFLICT DO NOTHING
            """,
            [organization_id, user_id, session_id, FeedbackAction.SHOWN.value, phase, shown],
        )


def record_feedback(
    *, user: User, entry: LibraryEntry, action: FeedbackAction, session_id: UUID | None, phase: str
) -> None:
    """Note that a person used or dismissed a suggestion; saying it twice is saying it once."""
    SuggestionFeedback.objects.bulk_create(
        [
            SuggestionFeedback(
                organization_id=user.organization_id,
                user=user,
                session_id=session_id,
                entry=entry,
                action=action,
                phase=phase,
            )
        ],
        ignore_conflicts=True,
    )


def dismissed_slugs(*, user_id: UUID, session_id: UUID | None = None) -> frozenset[str]:
    """Name what a person turned down in this session, or for good by naming no session."""
    with connection.cursor() as cursor:
        cursor.execute(DISMISSED, {"user": user_id, "session": session_id})
        return frozenset(slug for (slug,) in cursor.fetchall())
