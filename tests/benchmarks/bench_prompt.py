"""What the published prompt costs over the suite's 39 messages; with a key, checked against the live count.

The bill is the simulator's: shortest cached prefixes per model, five minutes of life, no prompt warmed by
another session. With ANTHROPIC_API_KEY set the provider counts the tokens of some of the prompts as well, and
the ratio says how far the estimate (four characters a token) is off.
"""

import os
from collections import Counter
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
import django

django.setup()

from django.conf import settings  # noqa: E402

from conversations.llm.anthropic import AnthropicClaude  # noqa: E402
from conversations.llm.pricing import PriceTable  # noqa: E402
from conversations.prompt.budget import template_tokens  # noqa: E402
from conversations.prompt.wording import shipped_wording  # noqa: E402
from conversations.values import Usage  # noqa: E402
from tests.benchmarks.samples import Mark, report  # noqa: E402
from tests.prompt_suite import SuiteBill, held_suite  # noqa: E402
from tests.simulators import started_simulator  # noqa: E402

PUBLIC_TOKENS = 136_412
COUNTED = 5


def main() -> None:
    """Hold the suite, bill it, and let a provider count."""
    bill = held_suite()
    sections: Counter[str] = Counter()
    for one in bill.asked:
        sections.update(one.sections)
    fixed = template_tokens(shipped_wording())
    messages = len(bill.asked)
    off = _counted_to_estimated(bill)
    figures = {
        "messages": messages,
        "input_tokens": bill.input_tokens,
        "tokens_per_message": round(bill.input_tokens / messages, 1),
        "smaller_than_the_public_system": round(1 - bill.input_tokens / PUBLIC_TOKENS, 4),
        "cache_read_share_from_the_second_message": round(bill.cache_read_share, 4),
        "tokens_per_section": {name: round(count / messages, 1) for name, count in sections.items()},
        "fixed_tokens": fixed.by_template,
        "input_dollars": round(_dollars(bill), 4),
        "input_dollars_uncached": round(_dollars(bill, cached=False), 4),
        "counted_by": "live" if settings.ANTHROPIC_API_KEY else "simulator",
        "counted_to_estimated": round(off, 4),
    }
    print("\n".join(f"{name}: {value}" for name, value in figures.items()))
    share = bill.input_tokens / PUBLIC_TOKENS
    marks = [
        Mark("input tokens, of the public system's", 100 * share, 60, "%"),
        Mark("the same, as the provider counts", 100 * share * off, 60, "%"),
        Mark("not read from the provider's cache", 100 * (1 - bill.cache_read_share), 40, "%"),
    ]
    report("prompt", figures, marks)


def _dollars(bill: SuiteBill, *, cached: bool = True) -> float:
    prices, total = PriceTable(), 0.0
    for one in bill.asked:
        usage = Usage(
            input_tokens=one.usage.input_tokens,
            cache_creation_input_tokens=one.usage.cache_creation_input_tokens,
            cache_read_input_tokens=one.usage.cache_read_input_tokens,
        )
        total += float(prices.cost(usage if cached else Usage(input_tokens=one.input_tokens), one.model))
    return total


def _counted_to_estimated(bill: SuiteBill) -> float:
    if settings.ANTHROPIC_API_KEY:
        return _ratio(bill, settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY)
    with started_simulator("--profile", "instant") as simulator:
        return _ratio(bill, simulator.url, "benchmark")


def _ratio(bill: SuiteBill, url: str, key: str) -> float:
    claude = AnthropicClaude(base_url=url, api_key=key, timeout=timedelta(seconds=30), prices=PriceTable())
    chosen = bill.asked[:: max(1, len(bill.asked) // COUNTED)]
    counted = sum(claude.count_tokens(one.request) for one in chosen)
    claude.close()
    return counted / sum(sum(one.sections.values()) for one in chosen)


if __name__ == "__main__":
    main()
