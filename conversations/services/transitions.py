"""Move a session to another phase by hand, under the same conditions as the coach."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from conversations.errors import TransitionRefusedError
from conversations.gates import PhaseFacts, Standing, Unmet
from conversations.models import Session, Transition
from conversations.phases import unmet_conditions
from conversations.pipeline.assess import assess_draft
from conversations.pipeline.complete import create_objective
from conversations.pipeline.load import rubric_context
from conversations.values import Draft, Phase, Role
from knowledge.models import User


@dataclass(frozen=True, slots=True)
class Move:
    """Where somebody wants a session to go; only staff may force it, and that is recorded."""

    session_id: UUID
    actor: User
    target: Phase
    force: bool = False


def transition(move: Move) -> Session:
    """Enter a phase of the actor's own session.

    Raises TransitionRefusedError with each unmet condition, unless staff force it.
    """
    with transaction.atomic():
        session = Session.objects.select_for_update(no_key=True).get(
            pk=move.session_id, user=move.actor, deleted_at=None
        )
        return _moved(session, move)


def force_transition(session: Session, *, actor: User, target: Phase) -> Session:
    """Enter a phase of anybody's session; the caller has checked that the actor may."""
    with transaction.atomic():
        locked = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
        return _moved(locked, Move(session.pk, actor, target, force=True))


def _moved(session: Session, move: Move) -> Session:
    if move.target == session.phase:
        return session
    unmet = unmet_conditions(_facts(session), move.target)
    if unmet and not (move.force and move.actor.is_staff):
        raise TransitionRefusedError(tuple(one.sentence for one in unmet))
    _record(session, move, unmet)
    session.phase = move.target
    session.messages_since_progress = 0
    session.save(update_fields=["phase", "messages_since_progress", "updated_at"])
    if move.target is Phase.COMPLETED and session.approved_version == session.draft_version:
        # Forced through without an approval, there is nothing that the user has approved.
        create_objective(session.pk, Draft.from_json(session.draft), job_id=None)
    return session


def _facts(session: Session) -> PhaseFacts:
    draft = Draft.from_json(session.draft)
    standing = Standing(
        draft=draft,
        version=session.draft_version,
        assessment=assess_draft(draft, rubric_context(session.context)),
    )
    said = session.messages.aggregate(count=Count("pk", filter=Q(role=Role.USER)))
    return PhaseFacts(
        phase=Phase(session.phase),
        now=standing,
        seen=standing,
        user_messages=said["count"],
        approved_version=session.approved_version,
        approved_texts=frozenset(session.approved_texts),
        messages_since_progress=session.messages_since_progress,
    )


def _record(session: Session, move: Move, unmet: tuple[Unmet, ...]) -> None:
    Transition.objects.create(
        session=session,
        from_phase=session.phase,
        to_phase=move.target,
        trigger="forced" if unmet else "asked",
        forced=bool(unmet),
        actor=move.actor,
        evidence={"unmet": [one.sentence for one in unmet], "draft_version": session.draft_version},
    )
