"""Step 6.5: has this exact question been answered before?"""

import logging

from django.db import DatabaseError

from conversations.cache.audit import take_sample
from conversations.cache.fingerprint import Asker
from conversations.cache.lookup import Answered, Lookup, Question, cached_answer
from conversations.cache.policy import Traits
from conversations.cache.verdict import CacheStatus, CacheVerdict
from conversations.llm.client import ModelRequest
from conversations.models import Job
from conversations.pipeline.claim import Claim
from conversations.pipeline.load import Conversation, SessionFacts
from conversations.ports import Ports

logger = logging.getLogger(__name__)

__all__ = ["Answered", "CacheStatus", "CacheVerdict", "cached_answer", "keep_answer", "look_up"]


def look_up(
    claim: Claim, session: SessionFacts, conversation: Conversation, request: ModelRequest, ports: Ports
) -> Lookup:
    """Ask the cache for this request's answer, among those who may share it with the user.

    Raises NotCachedError when the client wants nothing but a cached answer and there is none.
    """
    question = Question(
        request=request,
        asker=Asker(claim.organization_id, claim.user_id, claim.session_id),
        traits=Traits(
            organization_id=claim.organization_id,
            phase=session.phase,
            opening=conversation.user_messages == 1,
        ),
        control=claim.cache_control,
    )
    return ports.answers.look_up(question)


def keep_answer(claim: Claim, answered: Answered, ports: Ports) -> None:
    """Let the next one who asks this have the answer; only the answer of a committed job is kept.

    Of the answers that went to other words, a share is noted to be audited.
    """
    ports.answers.keep(answered)
    share = answered.lookup.policy.audit_share
    if answered.verdict.similarity is None or ports.random.random() >= share:
        return
    try:
        take_sample(Job.objects.get(pk=claim.job_id), answered)
    except DatabaseError:
        # The reply is committed and stays so; one sample less is no harm.
        logger.warning("An answer could not be noted for the audit.", exc_info=True)
