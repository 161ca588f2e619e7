"""Have a model judge the sampled answers that went to other words."""

import logging
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings

from conversations.cache.audit import judge, pairs_to_judge
from conversations.errors import ModelError
from conversations.llm.judge import Judge
from conversations.metrics import count_answer
from conversations.models import AuditVerdict
from conversations.sql import release_connection

logger = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 20
CALLS_A_MINUTE: Final = 60


def judge_sampled(
    judged_by: Judge,
    *,
    most: int = MOST_AT_ONCE,
    calls_a_minute: float = CALLS_A_MINUTE,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Judge what waits, and give how many calls that took; it stops at the first failure of the model."""
    calls = 0
    for pair in pairs_to_judge(most):
        if calls:
            wait(60 / calls_a_minute)
        release_connection()
        try:
            said = judged_by.same_meaning(pair.here, pair.there, model=settings.CLAUDE_FAST_MODEL)
        except ModelError as error:
            logger.warning("The audit of the cache stopped.", extra={"code": error.code, "calls": calls})
            break
        count_answer(model=said.model, usage=said.usage, cache_status="audit")
        verdict = AuditVerdict.SAME if said.same else AuditVerdict.DIFFERENT
        judge(pair.audit_id, verdict, difference=said.difference, judged_by=said.model)
        calls += 1
    return calls
