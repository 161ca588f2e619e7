"""The plans of the suggestions' queries on a hundred thousand rows of feedback."""

import pytest
from django.db import connection
from django.db.models import QuerySet

from knowledge.library.shipped import shipped_items
from knowledge.library.store import load_library
from knowledge.models import FeedbackAction, LibraryEntry, SuggestionFeedback, User
from knowledge.suggestions.feedback import DISMISSED
from tests.builders import an_organization

pytestmark = pytest.mark.django_db

PEOPLE = 310


@pytest.fixture
def user() -> User:
    """One of many people who used and dismissed everything there is."""
    load_library(shipped_items())
    organization = an_organization()
    User.objects.bulk_create(
        User(email=f"p{number}@example.com", organization=organization) for number in range(PEOPLE)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO knowledge_suggestionfeedback
                (organization_id, user_id, session_id, entry_id, action, phase, created_at)
            SELECT person.organization_id, person.id, gen_random_uuid(), entry.id, action, '', now()
            FROM knowledge_user AS person, knowledge_libraryentry AS entry,
                unnest(ARRAY['used', 'dismissed']) AS action
            """
        )
        cursor.execute("ANALYZE knowledge_suggestionfeedback")
    assert SuggestionFeedback.objects.count() > 100_000
    return User.objects.filter(email="p7@example.com").get()


def plan(rows: QuerySet[SuggestionFeedback]) -> str:
    """Explain a query."""
    return rows.explain()


def test_dismissals_are_found_by_index(user: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {DISMISSED}", {"user": user.pk, "session": user.pk})
        explained = "\n".join(line for (line,) in cursor.fetchall())

    assert "feedback_once_per_session" in explained
    assert "Seq Scan on knowledge_suggestionfeedback" not in explained


def test_feedback_on_an_item_is_counted_by_index(user: User) -> None:
    entry = LibraryEntry.objects.get(slug="metric-win-rate")

    explained = plan(SuggestionFeedback.objects.filter(entry=entry, action=FeedbackAction.USED).order_by())

    assert "feedback_counts_by_entry" in explained
