"""What the workers are told to do; every task may run twice and gives the same result."""

from uuid import UUID

from celery import shared_task

from conversations.cache.invalidate import apply_pending
from conversations.dispatch import DELIVER_WEBHOOKS, PROCESS_JOB, RUN_SHADOW, WARM_UP
from conversations.pipeline.audit import judge_sampled
from conversations.pipeline.serve import serve
from conversations.pipeline.unseen import run_shadow
from conversations.pipeline.warm_up import warm_up
from conversations.reaper import reap
from conversations.retention import sweep
from conversations.webhooks.deliver import deliver_due
from conversations.webhooks.hints import sweep_webhooks
from conversations.worker import live_ports


@shared_task(name=PROCESS_JOB)
def process_job(job_id: str) -> None:
    """Answer a message."""
    serve(UUID(job_id), live_ports())


@shared_task(name=DELIVER_WEBHOOKS)
def deliver_webhooks(endpoint_id: str) -> None:
    """Send what is due for one endpoint."""
    deliver_due(UUID(endpoint_id))


@shared_task(name=RUN_SHADOW)
def answer_unseen(run_id: str) -> None:
    """Let a candidate answer what a user asked, for comparison only."""
    run_shadow(int(run_id), live_ports())


@shared_task(name=WARM_UP)
def warm_up_cache() -> None:
    """Answer the most used openings beforehand."""
    warm_up(live_ports())


@shared_task(name="conversations.audit_cache")
def audit_cache() -> None:
    """Have a sample of the answers that went to other words judged."""
    ports = live_ports()
    if ports.judge is not None:
        judge_sampled(ports.judge)


@shared_task(name="conversations.reap")
def reap_jobs() -> None:
    """Put right what processes that died left behind."""
    reap()
    apply_pending()
    sweep_webhooks()


@shared_task(name="conversations.sweep_old")
def sweep_old() -> None:
    """Let go of what nobody needs any more."""
    sweep()
