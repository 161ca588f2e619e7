"""When a session completes, what the user approved becomes a real objective."""

from uuid import UUID

from conversations.cache.invalidate import coach_writes
from conversations.models import Session
from conversations.values import Draft
from knowledge.models import Objective
from knowledge.services import KeyResultInput, create_from_draft


def create_objective(session_id: UUID, draft: Draft, *, job_id: UUID | None) -> Objective | None:
    """Create the session's OKR, texts to the letter, inside the caller's transaction.

    The same session again gives the same objective. A draft without an objective gives none.
    """
    if draft.objective is None:
        return None
    session = Session.objects.select_related("user", "organization").get(pk=session_id)
    with coach_writes():
        return create_from_draft(
            organization=session.organization,
            owner=session.user,
            objective_text=draft.objective,
            key_results=[
                KeyResultInput(
                    text=one.text,
                    kind=one.kind,
                    direction=one.direction,
                    baseline=one.baseline,
                    target=one.target,
                    unit=one.unit,
                )
                for one in draft.key_results
            ],
            context=session.context,
            session_id=session.pk,
            job_id=job_id,
        )
