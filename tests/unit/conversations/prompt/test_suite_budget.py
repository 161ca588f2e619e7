"""What the suite's 39 messages cost in input tokens, and how much of that the provider has in its cache."""

from functools import cache
from typing import Final

from conversations.prompt.budget import estimate_tokens
from tests.prompt_suite import SuiteBill, held_suite

#: What the public system sends: 136,412 input tokens for these 39 messages.
PUBLIC_TOKENS: Final = 136_412
#: The provider's documentation: one token is about 3.5 characters of English; the estimate takes 4.
TOKENS_PER_ESTIMATED: Final = 4 / 3.5


@cache
def the_bill() -> SuiteBill:
    return held_suite()


def test_the_suite_sends_at_least_two_fifths_less_than_the_public_system() -> None:
    bill = the_bill()

    assert len(bill.asked) == 39
    assert bill.input_tokens <= 0.6 * PUBLIC_TOKENS
    assert bill.input_tokens * TOKENS_PER_ESTIMATED <= 0.6 * PUBLIC_TOKENS


def test_from_the_second_message_on_three_fifths_come_from_the_providers_cache() -> None:
    assert the_bill().cache_read_share >= 0.6


def test_every_message_from_the_second_on_reads_from_the_providers_cache() -> None:
    unread = [one for one in the_bill().asked if one.number > 1 and not one.usage.cache_read_input_tokens]

    assert unread == []


def test_the_sections_add_up_to_what_the_provider_counts() -> None:
    for one in the_bill().asked:
        counted, estimated = one.input_tokens, sum(one.sections.values())

        assert abs(counted - estimated) <= 0.005 * counted


def test_the_estimate_is_a_token_for_every_four_characters() -> None:
    assert estimate_tokens("x" * 4_000) == 1_000
