"""This process's guard, made from the settings."""

from functools import cache

from django.conf import settings

from conversations.guard.fleet import FleetGuard
from conversations.guard.values import BreakerRules, Rules


def live_rules() -> Rules:
    """Give the rules that the settings say."""
    return Rules(
        most_in_flight=settings.CLAUDE_MAX_IN_FLIGHT,
        requests_per_minute=settings.CLAUDE_REQUESTS_PER_MINUTE,
        input_tokens_per_minute=settings.CLAUDE_INPUT_TOKENS_PER_MINUTE,
        output_tokens_per_minute=settings.CLAUDE_OUTPUT_TOKENS_PER_MINUTE,
        retry_share=settings.CLAUDE_RETRY_SHARE,
        breaker=BreakerRules(failures=settings.CLAUDE_BREAKER_FAILURES, rest=settings.CLAUDE_BREAKER_REST),
    )


@cache
def live_guard() -> FleetGuard:
    """Give the guard that the threads of this process share; it connects with the first call."""
    return FleetGuard(settings.REDIS_URL, live_rules())
