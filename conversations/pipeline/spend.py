"""What calls may cost, set aside before they are made, and what each is known to have cost."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Final

from django.conf import settings

from conversations.budgets import LIMITS, reserve
from conversations.errors import ConversationError
from conversations.llm.client import Claude, Listener, ModelRequest
from conversations.llm.pricing import PriceTable
from conversations.llm.route import Route
from conversations.models import Job
from conversations.pipeline.claim import Claim
from conversations.prompt.budget import section_tokens
from conversations.values import Completion, Usage

# What candidates may spend unseen; the rest of the day's money is for those who wait for an answer.
_UNSEEN_SHARE: Final = Decimal("0.5")


class Metered:
    """A model whose every call is told by its cost, whether an answer came of it or not."""

    def __init__(self, claude: Claude, on_cost: Callable[[Decimal], None]) -> None:
        self._claude = claude
        self._on_cost = on_cost

    def answer(self, request: ModelRequest, listener: Listener) -> Completion:
        """Give the answer, and tell what it cost; of a call that ended otherwise, as much as is known."""
        try:
            completion = self._claude.answer(request, listener)
        except ConversationError as error:
            self._on_cost(error.cost_usd)
            raise
        self._on_cost(completion.usage.cost_usd)
        return completion

    def count_tokens(self, request: ModelRequest) -> int:
        """Count as the model does; counting is free."""
        return self._claude.count_tokens(request)


def set_money_aside(claim: Claim, request: ModelRequest, route: Route) -> None:
    """Reserve what the dearest of the route's models may cost, or raise BudgetExhaustedError."""
    if LIMITS.of(claim.organization_id) is None:
        return
    most = _most(request, (request.model, *route.fallbacks))
    reserve(claim.organization_id, claim.job_id, claim.epoch, most, life=_life())


def set_money_aside_unseen(job: Job, request: ModelRequest) -> None:
    """Reserve the same for a candidate's call about an answered job, from a share of the budget only."""
    if LIMITS.of(job.organization_id) is None:
        return
    most = _most(request, (request.model,))
    reserve(job.organization_id, job.pk, job.lease_epoch, most, life=_life(), share=_UNSEEN_SHARE)


def _life() -> timedelta:
    # An attempt that has not ended by then is fenced, and can no longer settle.
    life: timedelta = settings.JOB_DEADLINE + 2 * settings.JOB_LEASE
    return life


def _most(request: ModelRequest, models: Iterable[str]) -> Decimal:
    tokens = sum(section_tokens(request.prompt).values())
    usage = Usage(cache_creation_input_tokens=tokens, output_tokens=request.max_tokens)
    return max(_prices().cost(usage, model) for model in models)


@cache
def _prices() -> PriceTable:
    return PriceTable()
