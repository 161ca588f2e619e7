"""Ask the model beforehand what most sessions begin with, after a change that emptied the cache."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count
from django.utils import timezone

from conversations.cache.fingerprint import Asker
from conversations.cache.lookup import Question
from conversations.cache.policy import Traits
from conversations.errors import ModelError
from conversations.leases import Lease
from conversations.llm.route import RouteTraits
from conversations.message_kind import kind_of
from conversations.metrics import count_answer
from conversations.models import Message
from conversations.pipeline.advance import standing_before
from conversations.pipeline.assess import assess_draft, detect_antipatterns
from conversations.pipeline.call import request_for
from conversations.pipeline.load import Conversation, SessionFacts, rubric_context
from conversations.pipeline.prompt import prompt_for, strategy_for
from conversations.pipeline.suggest import suggestions_for
from conversations.ports import Ports
from conversations.sql import release_connection
from conversations.strategies import Strategy
from conversations.values import Draft, Phase, Prompt, Role
from conversations.wordings import WordingTraits

logger = logging.getLogger(__name__)

MOST_OPENINGS: Final = 20
CALLS_A_MINUTE: Final = 20
_LOOKED_BACK: Final = timedelta(days=30)
_LEAST_TIMES: Final = 2


@dataclass(frozen=True, slots=True)
class Opening:
    """Words that several sessions of an organization began with, in the same context."""

    organization_id: UUID
    user_id: UUID
    context: dict[str, object]
    message: str
    times: int
    session_id: UUID


def most_used_openings(most: int = MOST_OPENINGS) -> tuple[Opening, ...]:
    """Give the openings that were used most in the last month, more than once each."""
    rows = (
        Message.objects.filter(
            turn=1,
            role=Role.USER,
            session__deleted_at=None,
            created_at__gte=timezone.now() - _LOOKED_BACK,
        )
        .values("organization_id", "session__context", "content")
        .annotate(
            times=Count("id"),
            users=ArrayAgg("session__user_id", order_by="session_id"),
            sessions=ArrayAgg("session_id", order_by="session_id"),
        )
        .filter(times__gte=_LEAST_TIMES)
        .order_by("-times", "content")[:most]
    )
    return tuple(
        Opening(
            organization_id=row["organization_id"],
            user_id=row["users"][0],
            context=row["session__context"],
            message=row["content"],
            times=row["times"],
            session_id=row["sessions"][0],
        )
        for row in rows
    )


def warm_up(
    ports: Ports,
    *,
    most: int = MOST_OPENINGS,
    calls_a_minute: float = CALLS_A_MINUTE,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Put the answers to the most used openings into the cache; give how many calls that took.

    It stops at the first failure of the model: whoever asks next would meet it, too.
    """
    calls = 0
    for opening in most_used_openings(most):
        lookup = ports.answers.look_up(_question(opening, ports))
        if lookup.found is not None:
            continue
        if calls:
            wait(60 / calls_a_minute)
        release_connection()
        call = partial(ports.claude.answer, lookup.question.request)
        try:
            answered = ports.answers.ask(lookup, _Nobody(), call)
        except ModelError as error:
            logger.warning("The warm-up of the cache stopped.", extra={"code": error.code, "calls": calls})
            break
        completion = answered.completion
        count_answer(
            model=completion.model, usage=completion.usage, cache_status="warm_up", phase=Phase.DISCOVERY
        )
        ports.answers.keep(answered)
        calls += 1
    return calls


class _Nobody:
    """Nobody listens."""

    def on_text(self, text: str) -> None:
        """Let it pass."""

    def check(self) -> None:
        """Go on."""

    def start_over(self) -> None:
        """Let it pass."""


def _question(opening: Opening, ports: Ports) -> Question:
    session = SessionFacts(
        session_id=opening.session_id,
        user_id=opening.user_id,
        title="",
        phase=Phase.DISCOVERY,
        context=rubric_context(opening.context),
        draft=Draft(),
        draft_version=0,
        approved_version=None,
        approved_texts=frozenset(),
        messages_since_progress=0,
    )
    prompt, strategy = _prompt(session, opening, ports)
    route = ports.route_for(RouteTraits(session.phase, strategy.name, kind_of(opening.message)))
    limits = Lease(session.session_id, 0, lease=settings.JOB_DEADLINE, deadline=settings.JOB_DEADLINE)
    return Question(
        request=request_for(prompt, route, limits),
        asker=Asker(opening.organization_id, opening.user_id, session.session_id),
        traits=Traits(organization_id=opening.organization_id, phase=session.phase, opening=True),
    )


def _prompt(session: SessionFacts, opening: Opening, ports: Ports) -> tuple[Prompt, Strategy]:
    conversation = Conversation(history=(), message=opening.message, user_messages=1)
    findings = detect_antipatterns(opening.message, session.phase, session.draft, session.context)
    seen = standing_before(session, assess_draft(session.draft, session.context))
    strategy = strategy_for(session, conversation, seen, findings)
    suggestions = suggestions_for(session, conversation, seen, findings, ports.suggest)
    wording = ports.wording_for(WordingTraits(opening.organization_id, session.session_id)).wording
    prompt = prompt_for(session, conversation, seen, strategy, findings, suggestions, wording)
    return prompt, strategy
