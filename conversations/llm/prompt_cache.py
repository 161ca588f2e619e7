"""How much of each prompt the provider had in its cache; its silence about a cold cache is made loud."""

import logging
import threading
from collections import deque
from typing import Final

from conversations.llm.catalogue import catalogue, family
from conversations.metrics import show_prompt_cache
from conversations.values import Usage

logger = logging.getLogger(__name__)

CALLS: Final = 50


class PromptCacheWatch:
    """Keeps the share of input tokens that a model's last calls read from the provider's cache.

    A prefix that is too short or changes with each message is not cached, and nothing says so: the calls
    only cost more. So a share that stays 0 over all the calls it is kept for is logged.
    """

    def __init__(self, *, calls: int = CALLS) -> None:
        self._calls = calls
        self._lock = threading.Lock()
        self._seen: dict[str, deque[tuple[int, int]]] = {}

    def saw(self, model: str, usage: Usage) -> None:
        """Take a call into account, unless it asked nobody or is shorter than what the model caches."""
        read = usage.cache_read_input_tokens
        whole = usage.prompt_tokens
        card = catalogue().get(family(model))
        if not whole or (card is not None and whole < card.cached_from):
            return
        with self._lock:
            seen = self._seen.setdefault(family(model), deque(maxlen=self._calls))
            seen.append((read, whole))
            share = sum(one for one, _ in seen) / sum(one for _, one in seen)
            is_cold = len(seen) == self._calls and not share
            if is_cold:
                # Begun anew, so that the warning comes once for so many calls and not with each.
                seen.clear()
        show_prompt_cache(model=family(model), share=share)
        if is_cold:
            facts = {"model": model, "calls": self._calls}
            logger.warning("The provider's prompt cache was not read once.", extra=facts)


# One per process: its threads share what was seen.
PROMPT_CACHE: Final = PromptCacheWatch()
