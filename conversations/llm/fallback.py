"""Another model stands in when the one that was asked cannot answer."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from conversations.errors import ModelError
from conversations.llm.client import Claude, Listener, ModelRequest
from conversations.metrics import count_call, count_fallback
from conversations.values import Completion

logger = logging.getLogger(__name__)


class _Hearing:
    """Hands everything on, and remembers whether anything was said."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.has_heard = False

    def on_text(self, text: str) -> None:
        """Hand the piece on."""
        self.has_heard = True
        self._listener.on_text(text)

    def check(self) -> None:
        """Ask whether to stop."""
        self._listener.check()


def first_able(
    claude: Claude, request: ModelRequest, fallbacks: Sequence[str], listener: Listener
) -> Completion:
    """Ask the request's model, then each fallback, until one answers or an error leaves no other choice.

    A model that failed after its first words is not replaced: the user has read them, and the next
    attempt begins anew.
    """
    for model, is_last in zip((request.model, *fallbacks), [False] * len(fallbacks) + [True], strict=True):
        hearing, began = _Hearing(listener), time.monotonic()
        try:
            completion = claude.answer(replace(request, model=model), hearing)
            count_call(model=model, seconds=time.monotonic() - began)
            return completion
        except ModelError as error:
            if is_last or hearing.has_heard or not error.may_fall_back:
                raise
            count_fallback(model)
            logger.warning(
                "A model could not answer; the next is asked.", extra={"model": model, "code": error.code}
            )
    raise AssertionError("There is always a last model.")
