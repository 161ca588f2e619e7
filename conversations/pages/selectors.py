"""What the pages read beside the API's selectors."""

from uuid import UUID

from django.db.models import QuerySet

from conversations.models import Job
from conversations.values import JobStatus
from knowledge.models import User
from knowledge.suggestions import SuggestionJson, dismissed_slugs


def jobs_of(user: User, session_id: UUID) -> QuerySet[Job]:
    """Give the jobs of one of the user's sessions with what was said, newest turn first."""
    return (
        Job.objects.filter(session=session_id, user=user, session__deleted_at=None)
        .select_related("message", "reply")
        .order_by("-turn")
    )


def latest_suggestions(user: User, session_id: UUID) -> list[SuggestionJson]:
    """Give what the last answer suggested, without what the user has dismissed since."""
    answered = jobs_of(user, session_id).filter(status=JobStatus.SUCCEEDED)
    suggested: list[SuggestionJson] = answered.values_list("suggestions", flat=True).first() or []
    if not suggested:
        return []
    dismissed = dismissed_slugs(user_id=user.pk, session_id=session_id)
    return [one for one in suggested if one["id"] not in dismissed]
