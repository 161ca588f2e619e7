"""One delivery of a job id, from claim to the session's next job."""

import logging
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from conversations.budgets import settle_failed
from conversations.dispatch import send_job, send_next
from conversations.errors import (
    AttemptEndedError,
    CancelledError,
    ConversationError,
    HeldBackError,
    RetryBudgetSpentError,
    UnexpectedError,
)
from conversations.events.channel import Channel
from conversations.leases import Lease
from conversations.llm.prompt_cache import PROMPT_CACHE
from conversations.metrics import compare_estimate, count_answer, count_ended, count_served, count_wait
from conversations.pipeline.call import AttemptListener
from conversations.pipeline.claim import Claim, NotYet, claim_job
from conversations.pipeline.process import process
from conversations.pipeline.record import (
    Again,
    Ended,
    HeldBack,
    Outcome,
    Overtaken,
    record_error,
    record_held_back,
    record_stop,
)
from conversations.pipeline.save import Turnout
from conversations.pipeline.shadow import let_a_candidate_answer
from conversations.pipeline.steps import TOTAL
from conversations.ports import Ports
from conversations.prompt.budget import section_tokens
from conversations.values import JobStatus
from conversations.webhooks.hints import hint_webhooks
from profiling.spans import Ended as Span
from profiling.tracing import traces
from profiling.watching import watched_profile

logger = logging.getLogger(__name__)

_LONGEST_HOLD_SECONDS = 2.0


def run_job(job_id: UUID, ports: Ports) -> None:
    """Answer the job if it is free; any number of deliveries come to one reply.

    A database that fails is left to the lease: it runs out, and the reaper takes the job back.
    """
    claim = claim_job(job_id, worker=ports.worker)
    match claim:
        case NotYet(wait=wait, priority=priority):
            send_job(job_id, queue=priority, delay=wait)
        case Claim():
            run_claim(claim, ports)
        case None:
            pass


def run_claim(claim: Claim, ports: Ports) -> None:
    """Answer a claimed job and tell how it ended."""
    with ports.open_channel(claim.job_id, claim.epoch) as channel:
        with ports.leases.hold(claim.job_id, claim.epoch) as lease:
            listener = AttemptListener(lease, channel)
            told = _attempt(claim, lease, listener, channel, ports)
        outcome = Ended(JobStatus.SUCCEEDED) if isinstance(told, Turnout) else told
        _follow_up(claim, outcome, listener, channel, ports)
    # Last, when nobody waits for this job any more.
    if isinstance(told, Turnout):
        let_a_candidate_answer(claim, told, ports)


def _attempt(
    claim: Claim, lease: Lease, listener: AttemptListener, channel: Channel, ports: Ports
) -> Outcome | Turnout:
    channel.started(claim.attempt)
    facts = {"job": str(claim.job_id), "attempt": claim.attempt}
    try:
        told = partial(_tell_trace, claim)
        with watched_profile(partial(_tell_step, channel), told=told) as profile:
            turnout = process(claim, lease, listener, ports, profile)
    except CancelledError:
        return record_stop(claim, partial_text=listener.text)
    except AttemptEndedError:
        # The commit's condition fails for a cancel, too: the row says which of the two it was.
        logger.info("An attempt was overtaken.", extra=facts)
        return record_stop(claim, partial_text=listener.text)
    except HeldBackError as error:
        logger.info("A call was held back.", extra=facts | {"code": error.code})
        if not isinstance(error, RetryBudgetSpentError):
            ports.slots.hold_back(min(error.retry_after or 0.0, _LONGEST_HOLD_SECONDS))
        return record_held_back(claim, error, ports)
    except ConversationError as error:
        logger.warning("An attempt failed.", extra=facts | {"code": error.code})
        return record_error(claim, error, ports)
    except Exception:
        logger.exception("An attempt failed unexpectedly.", extra=facts)
        _follow_up(claim, record_error(claim, UnexpectedError(), ports), listener, channel, ports)
        raise
    _count(turnout)
    return turnout


def _count(turnout: Turnout) -> None:
    completion = turnout.completion
    cache, phase = turnout.cache, turnout.session.phase
    count_answer(model=completion.model, usage=completion.usage, cache_status=cache.status, phase=phase)
    if cache.tokens_served:
        count_served(phase=phase, tokens=cache.tokens_served, ms=cache.saved_ms)
    PROMPT_CACHE.saw(completion.model, completion.usage)
    estimated = sum(section_tokens(turnout.request.prompt).values())
    compare_estimate(model=completion.model, usage=completion.usage, estimated=estimated)


def _tell_step(channel: Channel, name: str, ms: float) -> None:
    if name != TOTAL:
        channel.step(name, ms)


def _tell_trace(claim: Claim, ended: Sequence[Span]) -> None:
    traces().attempted(claim.job_id, attempt=claim.attempt, ended=ended)


def _follow_up(
    claim: Claim, outcome: Outcome, listener: AttemptListener, channel: Channel, ports: Ports
) -> None:
    if claim.attempt == 1 and not isinstance(outcome, HeldBack):
        count_wait(claim.queued_ms)
    # First, so that whoever watches hears the last words before the end is announced.
    channel.close(over=isinstance(outcome, Ended))
    if outcome != Ended(JobStatus.SUCCEEDED):
        settle_failed(claim.organization_id, claim.job_id, claim.epoch, listener.spent_usd)
    match outcome:
        case Ended(status=status):
            count_ended(status)
            ports.announce_ended(claim.job_id)
            send_next(claim.session_id)
            hint_webhooks(claim.job_id, organization_id=claim.organization_id)
        case Again(delay=delay) | HeldBack(delay=delay):
            send_job(claim.job_id, queue=claim.priority, delay=delay)
        case Overtaken():
            pass
