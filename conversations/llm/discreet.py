"""A model that keeps its instructions to itself: an answer that recites them is no answer."""

import re
from collections import deque
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from conversations.errors import RecitedInstructionsError
from conversations.llm.client import Claude, Listener, ModelRequest
from conversations.metrics import count_recital
from conversations.values import Completion, Prompt

#: So many words in a row are no coincidence; fewer may be, since coaches share a vocabulary.
RUN: Final = 12
_WORD: Final = re.compile(r"[^\W_]+")
#: What we wrote; the rest of a prompt is the user's own and may be said back to them.
OURS: Final = frozenset(("instructions", "rubric", "phase"))


class Discreet:
    """Asks a model, and stops it once it recites; paraphrase and translation are beyond this."""

    def __init__(self, claude: Claude) -> None:
        self._claude = claude

    def answer(self, request: ModelRequest, listener: Listener) -> Completion:
        """Give the complete answer; raises RecitedInstructionsError within `RUN` words of a recital."""
        runs = runs_of(_instructions(request.prompt))
        completion = self._claude.answer(request, _Attentive(listener, runs))
        draft = completion.answer.draft
        said = (completion.answer.reply, draft.objective or "", *(one.text for one in draft.key_results))
        for text in said:
            Recital(runs).hear(text + " ")
        return completion

    def count_tokens(self, request: ModelRequest) -> int:
        """Count as the model does."""
        return self._claude.count_tokens(request)


class Recital:
    """Listens to a text in pieces for a run of words that is ours."""

    def __init__(self, runs: frozenset[tuple[str, ...]]) -> None:
        self._runs = runs
        self._last: deque[str] = deque(maxlen=RUN)
        self._rest = ""

    def hear(self, piece: str) -> None:
        """Take the next piece, or raise RecitedInstructionsError."""
        text = self._rest + piece
        # A word that touches the end may go on in the next piece.
        for word in (found := list(_WORD.finditer(text))):
            if word.end() == len(text):
                break
            self._last.append(word[0].casefold())
            if len(self._last) == RUN and tuple(self._last) in self._runs:
                count_recital()
                raise RecitedInstructionsError
        self._rest = text[found[-1].start() :] if found and found[-1].end() == len(text) else ""


class _Attentive:
    """Hears before the user does."""

    def __init__(self, listener: Listener, runs: frozenset[tuple[str, ...]]) -> None:
        self._listener = listener
        self._recital = Recital(runs)

    def on_text(self, text: str) -> None:
        """Hand the piece on, unless it completes a recital."""
        self._recital.hear(text)
        self._listener.on_text(text)

    def check(self) -> None:
        """Ask whether to stop."""
        self._listener.check()


@lru_cache(maxsize=64)
def runs_of(texts: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """Give every run of `RUN` words in these texts, whatever stands between the words."""
    return frozenset(run for text in texts for run in _runs(_WORD.findall(text.casefold())))


def _runs(words: list[str]) -> Iterable[tuple[str, ...]]:
    return (tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def _instructions(prompt: Prompt) -> tuple[str, ...]:
    return tuple(one.text for one in prompt.system if one.name in OURS)
