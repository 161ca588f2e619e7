"""Settings of protection: what may be asked of the provider, spent on it, and promised to clients."""

from datetime import timedelta
from decimal import Decimal

from okrproject import env

CLAUDE_MAX_TOKENS = env.whole("CLAUDE_MAX_TOKENS", 2048, least=64, most=64_000)
CLAUDE_TIMEOUT = timedelta(seconds=env.number("CLAUDE_TIMEOUT_SECONDS", 60, least=1, most=600))
CLAUDE_IDLE_TIMEOUT = timedelta(seconds=env.number("CLAUDE_IDLE_TIMEOUT_SECONDS", 15, least=0.1, most=600))
JOB_EXPIRY = timedelta(seconds=env.number("JOB_EXPIRY_SECONDS", 3600, least=1))
CLAUDE_MAX_IN_FLIGHT = env.whole("CLAUDE_MAX_IN_FLIGHT", 400, least=1, most=100_000)
CLAUDE_REQUESTS_PER_MINUTE = env.whole("CLAUDE_REQUESTS_PER_MINUTE", 0)
CLAUDE_INPUT_TOKENS_PER_MINUTE = env.whole("CLAUDE_INPUT_TOKENS_PER_MINUTE", 0)
CLAUDE_OUTPUT_TOKENS_PER_MINUTE = env.whole("CLAUDE_OUTPUT_TOKENS_PER_MINUTE", 0)
CLAUDE_RETRY_SHARE = env.number("CLAUDE_RETRY_SHARE", 0.1, least=0, most=1)
CLAUDE_BREAKER_FAILURES = env.whole("CLAUDE_BREAKER_FAILURES", 10, least=1, most=10_000)
CLAUDE_BREAKER_REST = timedelta(seconds=env.number("CLAUDE_BREAKER_REST_SECONDS", 5, least=0.1, most=60))
ORGANIZATION_DAILY_BUDGET_USD = Decimal(str(env.number("ORGANIZATION_DAILY_BUDGET_USD", 0)))
# A message whose predicted wait is longer is refused; one that would expire before its answer always is.
ADMISSION_MAX_WAIT = {
    "interactive": timedelta(seconds=env.number("ADMISSION_MAX_WAIT_INTERACTIVE_SECONDS", 600, least=1)),
    "normal": timedelta(seconds=env.number("ADMISSION_MAX_WAIT_NORMAL_SECONDS", 1800, least=1)),
    "bulk": timedelta(seconds=env.number("ADMISSION_MAX_WAIT_BULK_SECONDS", 3000, least=1)),
}

__all__ = [
    "ADMISSION_MAX_WAIT",
    "CLAUDE_BREAKER_FAILURES",
    "CLAUDE_BREAKER_REST",
    "CLAUDE_IDLE_TIMEOUT",
    "CLAUDE_INPUT_TOKENS_PER_MINUTE",
    "CLAUDE_MAX_IN_FLIGHT",
    "CLAUDE_MAX_TOKENS",
    "CLAUDE_OUTPUT_TOKENS_PER_MINUTE",
    "CLAUDE_REQUESTS_PER_MINUTE",
    "CLAUDE_RETRY_SHARE",
    "CLAUDE_TIMEOUT",
    "JOB_EXPIRY",
    "ORGANIZATION_DAILY_BUDGET_USD",
]
