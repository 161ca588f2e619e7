"""What a call costs, by the price table."""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from conversations.llm.catalogue import ModelCard, catalogue, family
from conversations.values import Usage

logger = logging.getLogger(__name__)
_TOKENS = Decimal(1_000_000)
_CENT_FRACTION = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices per model; `unknown` counts the calls that had to be priced at the dearest rate."""

    cards: Mapping[str, ModelCard] = field(default_factory=catalogue)
    unknown: Counter[str] = field(default_factory=Counter)

    def cost(self, usage: Usage, model: str) -> Decimal:
        """Give the dollars a call cost; a model without a price is charged like the dearest one.

        Budgets are enforced with this figure, so a gap in the table must not make calls free.
        """
        card = self.cards.get(model) or self.cards.get(family(model)) or self._dearest(model)
        dollars = (
            usage.input_tokens * card.input
            + usage.output_tokens * card.output
            + usage.cache_creation_input_tokens * card.cache_write
            + usage.cache_read_input_tokens * card.cache_read
        ) / _TOKENS
        return dollars.quantize(_CENT_FRACTION)

    def _dearest(self, model: str) -> ModelCard:
        self.unknown[model] += 1
        if self.unknown[model] == 1:
            logger.warning("A model has no price; the dearest one is charged.", extra={"model": model})
        return max(self.cards.values(), key=lambda card: card.output)
