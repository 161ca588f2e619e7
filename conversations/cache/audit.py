"""Whether answers that went to other words were rightly shared: a sample is judged, and a budget is kept.

Above the budget the rule stops sharing with other words. Its scope and age go on: to switch the whole rule
off could widen who shares an answer.
"""

import logging
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Now

from conversations.cache.lookup import Answered
from conversations.metrics import count_audit, count_switched_off
from conversations.models import AuditVerdict, CacheAudit, CacheRule, Job, Message, Session
from conversations.values import Role
from knowledge.models import User

logger = logging.getLogger(__name__)

# A share is taken of at least so many: the first false hit of a young rule is no verdict on it yet.
FEWEST: Final = 200
_LOOKED_AT: Final = 1000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two first messages, one of which got the other's answer."""

    audit_id: int
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a rule's latest audits found; `share` is of at least FEWEST."""

    judged: int
    false: int

    @property
    def share(self) -> float:
        """Give the share of false hits that counts against the budget."""
        return self.false / max(self.judged, FEWEST)


def take_sample(job: Job, answered: Answered) -> CacheAudit:
    """Note an answer that went to other words, to be judged later."""
    verdict = answered.verdict
    like = Session.objects.filter(pk=verdict.like).first() if verdict.like else None
    audit, _ = CacheAudit.objects.get_or_create(
        job=job,
        defaults={
            "rule_id": answered.lookup.policy.rule_id,
            "like": like,
            "similarity": verdict.similarity or 0.0,
        },
    )
    return audit


def pairs_to_judge(most: int) -> tuple[Pair, ...]:
    """Give the oldest that wait; those whose words are gone are told to be unknowable."""
    waiting = CacheAudit.objects.filter(verdict=AuditVerdict.PENDING).select_related("job__message", "like")
    found: list[Pair] = []
    for audit in waiting.order_by("id")[:most]:
        there = _opening_of(audit.like) if audit.like else None
        if there is None:
            judge(audit.pk, AuditVerdict.UNKNOWN, difference="", judged_by="")
        else:
            found.append(Pair(audit.pk, audit.job.message.content, there.content))
    return tuple(found)


def _opening_of(session: Session) -> Message | None:
    return Message.objects.filter(session=session, turn=1, role=Role.USER).first()


def judge(
    audit_id: int, verdict: AuditVerdict, *, difference: str, judged_by: str, by: User | None = None
) -> None:
    """Write a judgement down, and switch the sharing off where the budget is spent."""
    with transaction.atomic():
        CacheAudit.objects.filter(pk=audit_id).update(
            verdict=verdict, difference=difference, judged_by=judged_by, by=by, judged_at=Now()
        )
        rule_id = CacheAudit.objects.values_list("rule_id", flat=True).get(pk=audit_id)
        count_audit(verdict)
        if verdict is AuditVerdict.DIFFERENT and rule_id is not None:
            _keep_budget(rule_id)


def standing_of(rule: CacheRule) -> Standing:
    """Say what the latest audits of a rule found: since it was switched on again, or what switched it off."""
    since = Q(created_at__gt=rule.similar_off_at) if rule.similar and rule.similar_off_at else Q()
    latest = CacheAudit.objects.filter(
        since, rule=rule, verdict__in=(AuditVerdict.SAME, AuditVerdict.DIFFERENT)
    ).order_by("-id")[:_LOOKED_AT]
    found = CacheAudit.objects.filter(pk__in=latest.values("pk")).aggregate(
        judged=Count("pk"), false=Count("pk", filter=Q(verdict=AuditVerdict.DIFFERENT))
    )
    return Standing(found["judged"], found["false"])


def _keep_budget(rule_id: int) -> None:
    rule = CacheRule.objects.select_for_update().get(pk=rule_id)
    standing = standing_of(rule)
    if not rule.similar or standing.share <= rule.false_budget:
        return
    rule.similar = False
    rule.similar_off_at = Now()
    rule.save(update_fields=["similar", "similar_off_at", "updated_at"])
    count_switched_off()
    logger.error(
        "Too many answers to other words were wrong; the rule no longer shares them.",
        extra={"rule": rule_id, "judged": standing.judged, "false": standing.false},
    )
