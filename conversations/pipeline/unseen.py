"""One shadow run: ask the candidate what a user asked, and keep what it said beside what they were given.

It writes its own row and the organization's budget and nothing else: no message, no draft, no event, no
cached answer.
"""

import time
from collections.abc import Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Final

from django.db import transaction
from django.db.models.functions import Now

from conversations.budgets import settle, settle_failed
from conversations.dispatch import SHADOW_EXPIRY, send_shadow
from conversations.errors import CancelledError, ConversationError, UnexpectedError
from conversations.llm.discreet import Discreet
from conversations.metrics import count_usage
from conversations.models import Job, ShadowRun, ShadowStatus
from conversations.phases import draft_after
from conversations.pipeline.assess import assess_draft
from conversations.pipeline.shadow import Unseen, quality_of
from conversations.pipeline.spend import Metered, set_money_aside_unseen
from conversations.ports import Ports
from conversations.sql import release_connection
from conversations.values import Completion

_MOST_WORDS_COMPARED: Final = 1_000


def run_shadow(run_id: int, ports: Ports) -> None:
    """Ask the candidate once, however often this is delivered; wait while others of this process ask."""
    if not ports.unseen_at_once.acquire(blocking=False):
        send_shadow(run_id, is_later=True)
        return
    try:
        if (run := _taken(run_id)) is not None:
            _ask(run, ports)
    finally:
        ports.unseen_at_once.release()


def _taken(run_id: int) -> ShadowRun | None:
    waiting = ShadowRun.objects.filter(
        pk=run_id, status=ShadowStatus.QUEUED, created_at__gt=Now() - SHADOW_EXPIRY
    )
    if not waiting.update(status=ShadowStatus.RUNNING):
        return None
    return ShadowRun.objects.select_related("job__reply", "job__session").filter(pk=run_id).first()


def _ask(run: ShadowRun, ports: Ports) -> None:
    asked = Unseen.from_json(run.request)
    began, costs = time.monotonic(), list[Decimal]()
    try:
        if run.job.session.deleted_at is not None:
            raise CancelledError
        request = asked.request()
        set_money_aside_unseen(run.job, request)
        release_connection()
        completion = Discreet(Metered(ports.claude, costs.append)).answer(request, _Nobody())
    except ConversationError as error:
        _end(run, costs, status=ShadowStatus.FAILED, error_code=error.code)
    except Exception:
        _end(run, costs, status=ShadowStatus.FAILED, error_code=UnexpectedError.code)
        raise
    else:
        latency = (time.monotonic() - began) * 1000
        _end(run, costs, status=ShadowStatus.SUCCEEDED, latency_ms=latency, **_kept(run, asked, completion))
        count_usage(model=completion.model, usage=completion.usage)


@transaction.atomic
def _end(run: ShadowRun, costs: Sequence[Decimal], *, status: ShadowStatus, **fields: object) -> None:
    """Write how it ended, with what it cost; the run of somebody who was erased meanwhile stays gone."""
    # The job first, as an erasure does, so that neither waits for the other.
    list(Job.objects.select_for_update(of=("self",)).filter(pk=run.job_id).values_list("pk"))
    spent = sum(costs, Decimal())
    if status == ShadowStatus.SUCCEEDED:
        settle(run.job.organization_id, run.job_id, spent)
    else:
        settle_failed(run.job.organization_id, run.job_id, run.job.lease_epoch, spent)
    ShadowRun.objects.filter(pk=run.pk).update(
        finished_at=Now(), request={}, status=status, cost_usd=spent, **fields
    )


def _kept(run: ShadowRun, asked: Unseen, completion: Completion) -> dict[str, object]:
    answer, usage = completion.answer, completion.usage
    draft = draft_after(asked.phase, asked.draft, answer.draft, answer.intent)
    return {
        "model": completion.model,
        "reply": answer.reply,
        "draft": draft.as_json(),
        "intent": answer.intent,
        "quality": quality_of(assess_draft(draft, asked.context)),
        "likeness": _likeness(run.job.reply.content, answer.reply) if run.job.reply else None,
        "input_tokens": usage.prompt_tokens,
        "output_tokens": usage.output_tokens,
    }


def _likeness(shown: str, unseen: str) -> float:
    # Word by word: letter by letter takes the process seconds in which nobody else is answered.
    one, other = (text.split()[:_MOST_WORDS_COMPARED] for text in (shown, unseen))
    return round(SequenceMatcher(None, one, other, autojunk=False).ratio(), 4)


class _Nobody:
    """Nobody sees this answer."""

    def on_text(self, text: str) -> None:
        """Let it pass."""

    def check(self) -> None:
        """Go on."""
