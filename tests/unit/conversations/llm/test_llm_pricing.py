"""The price of a call."""

import logging
from decimal import Decimal

import pytest

from conversations.llm.catalogue import ModelCard, catalogue
from conversations.llm.pricing import PriceTable
from conversations.values import Usage

CARDS = {
    "cheap-1": ModelCard(Decimal(1), Decimal(5), Decimal("1.25"), Decimal("0.1")),
    "dear-1": ModelCard(Decimal(5), Decimal(25), Decimal("6.25"), Decimal("0.5")),
}
MILLION = 1_000_000


@pytest.mark.parametrize(
    ("usage", "dollars"),
    [
        (Usage(input_tokens=MILLION), "1"),
        (Usage(output_tokens=MILLION), "5"),
        (Usage(cache_creation_input_tokens=MILLION), "1.25"),
        (Usage(cache_read_input_tokens=MILLION), "0.1"),
        (Usage(input_tokens=1, output_tokens=1), "0.000006"),
        (Usage(cache_read_input_tokens=1), "0.0000001"),
        (Usage(), "0"),
    ],
)
def test_each_kind_of_token_has_its_price(usage: Usage, dollars: str) -> None:
    assert PriceTable(CARDS).cost(usage, "cheap-1") == Decimal(dollars)


def test_a_dated_snapshot_costs_what_its_family_costs() -> None:
    assert PriceTable(CARDS).cost(Usage(input_tokens=MILLION), "cheap-1-20260101") == 1


def test_an_unknown_model_costs_the_most_and_is_counted_and_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    prices = PriceTable(CARDS)

    with caplog.at_level(logging.WARNING):
        costs = {prices.cost(Usage(input_tokens=MILLION), "new-1") for _ in range(3)}

    assert costs == {Decimal(5)}
    assert prices.unknown == {"new-1": 3}
    assert len(caplog.records) == 1


def test_the_models_we_ask_by_default_have_prices() -> None:
    assert {"claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-5-5"} <= catalogue().keys()


def test_reading_the_cache_is_cheaper_than_filling_it() -> None:
    assert all(card.cache_read < card.input < card.cache_write for card in catalogue().values())
