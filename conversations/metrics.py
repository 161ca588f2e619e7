"""What Prometheus learns of conversations; worker processes count, the web process adds them up.

Every label comes from a closed set: statuses, kinds of tokens, the guard's words, and the models that
are configured.
"""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from conversations.values import JobStatus, Usage

JOBS_ENDED: Final = Counter("okr_jobs_ended", "Jobs that reached their final state.", ["status"])
QUEUE_SECONDS: Final = Histogram(
    "okr_queue_seconds",
    "How long a message waited until its first attempt began.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
CACHE_OUTCOMES: Final = Counter(
    "okr_cache_outcomes", "What the response cache did for a reply.", ["status", "phase"]
)
CACHE_TOKENS_SERVED: Final = Counter(
    "okr_cache_tokens_served", "Tokens of replies that Claude was not asked for again.", ["phase"]
)
CACHE_MS_SAVED: Final = Counter(
    "okr_cache_ms_saved_by_phase", "Milliseconds that such replies were not waited for.", ["phase"]
)
CACHE_AUDITS: Final = Counter(
    "okr_cache_audits", "Answers that went to other words, looked at again.", ["verdict"]
)
CACHE_SWITCHED_OFF: Final = Counter(
    "okr_cache_similar_switched_off", "Rules that the audit stopped from sharing answers with other words."
)
TOKENS: Final = Counter("okr_tokens", "Tokens that Claude read and wrote.", ["model", "kind"])
COST: Final = Counter("okr_cost_usd", "What Claude cost in dollars, by the price table.", ["model"])
CALL_SECONDS: Final = Histogram(
    "okr_call_seconds",
    "How long a model took for a whole answer.",
    ["model"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 15, 30, 60),
)
STOOD_IN: Final = Counter("okr_fallbacks", "Calls that went on to another model.", ["model"])
PROMPT_CACHE_READ: Final = Gauge(
    "okr_prompt_cache_read_share",
    "Share of input tokens that the provider's cache served in a process's last calls.",
    ["model"],
    multiprocess_mode="mostrecent",
)
ESTIMATE_RATIO: Final = Histogram(
    "okr_prompt_estimate_ratio",
    "Input tokens that the provider counted for a prompt, by those that were estimated.",
    ["model"],
    buckets=(0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.5, 2.0),
)
REFUSED: Final = Counter(
    "okr_messages_refused", "Messages refused because their answer would take too long.", ["priority"]
)
LEAVES: Final = Counter(
    "okr_guard_leaves", "What the guard said when a call asked for leave: given, or why not.", ["answer"]
)
CALLS: Final = Counter("okr_claude_calls", "Calls to Claude by what they say of its health.", ["outcome"])
GUARD_ALONE: Final = Counter(
    "okr_guard_alone", "Questions to the fleet's guard that a process had to decide by itself."
)
BREAKER_CHANGES: Final = Counter(
    "okr_breaker_changes", "How often the breaker opened and closed.", ["model", "state"]
)

STANDBY_TAKEN: Final = Counter(
    "okr_standby_taken", "Jobs that workers took from the database, since no hint had brought them."
)

DELIVERIES: Final = Counter(
    "okr_webhook_attempts", "Attempts to deliver a webhook, by what became of the delivery.", ["state"]
)


def count_delivery(state: str) -> None:
    """Count an attempt to deliver: delivered, pending (it is tried again) or dead."""
    DELIVERIES.labels(str(state)).inc()


RECITALS: Final = Counter(
    "okr_recited_instructions", "Answers stopped because they recited the coach's instructions."
)


def count_ended(status: JobStatus) -> None:
    """Count a job's end."""
    JOBS_ENDED.labels(status.value).inc()


def count_served(*, phase: str, tokens: int, ms: int) -> None:
    """Count what a reply from the cache did not consume; what was consumed is another number."""
    CACHE_TOKENS_SERVED.labels(phase).inc(tokens)
    CACHE_MS_SAVED.labels(phase).inc(ms)


def count_audit(verdict: str) -> None:
    """Count one judgement of the audit."""
    CACHE_AUDITS.labels(verdict).inc()


def count_switched_off() -> None:
    """Count a rule that has spent its budget of false hits."""
    CACHE_SWITCHED_OFF.inc()


def count_answer(*, model: str, usage: Usage, cache_status: str, phase: str = "") -> None:
    """Count what a committed reply consumed, and what the cache did for it."""
    CACHE_OUTCOMES.labels(cache_status, phase).inc()
    count_usage(model=model, usage=usage)


def count_usage(*, model: str, usage: Usage) -> None:
    """Count what a call consumed, whether or not anybody sees its answer."""
    for kind in ("input", "output", "cache_creation_input", "cache_read_input"):
        spent: int = getattr(usage, f"{kind}_tokens")
        if spent:
            TOKENS.labels(model, kind).inc(spent)
    if usage.cost_usd:
        COST.labels(model).inc(float(usage.cost_usd))


def compare_estimate(*, model: str, usage: Usage, estimated: int) -> None:
    """Hold the estimate of a prompt against the provider's own count; an answer without a call has none."""
    if usage.prompt_tokens and estimated:
        ESTIMATE_RATIO.labels(model).observe(usage.prompt_tokens / estimated)


def count_recital() -> None:
    """Count an answer that recited the instructions."""
    RECITALS.inc()


def count_standby() -> None:
    """Count a job taken without the broker."""
    STANDBY_TAKEN.inc()


def count_call(*, model: str, seconds: float) -> None:
    """Count a call that brought a whole answer."""
    CALL_SECONDS.labels(model).observe(seconds)


def count_fallback(model: str) -> None:
    """Count that this model could not answer and another was asked."""
    STOOD_IN.labels(model).inc()


def show_prompt_cache(*, model: str, share: float) -> None:
    """Show how much of the last prompts the provider had in its cache."""
    PROMPT_CACHE_READ.labels(model).set(share)


def count_wait(queued_ms: float) -> None:
    """Count how long a job's first attempt was waited for."""
    QUEUE_SECONDS.observe(max(0.0, queued_ms) / 1000)


def count_leave(answer: str) -> None:
    """Count what the guard answered."""
    LEAVES.labels(answer).inc()


def count_outcome(outcome: str) -> None:
    """Count a call's outcome."""
    CALLS.labels(outcome).inc()


def count_guard_alone() -> None:
    """Count a question that the fleet's guard was not there to answer."""
    GUARD_ALONE.inc()


def count_breaker(model: str, state: str) -> None:
    """Count a change of the breaker."""
    BREAKER_CHANGES.labels(model, state).inc()
