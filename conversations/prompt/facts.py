"""Everything a prompt is made from, and nothing that changes with the hour or the person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from conversations.strategies import Strategy
from conversations.values import Draft, Phase, Turn
from knowledge.rubric import Assessment, Context, Finding


class Suggests(Protocol):
    """An entry of the library that fits."""

    @property
    def kind(self) -> str:
        """Say what it is an entry of."""

    @property
    def title(self) -> str:
        """Name it."""

    @property
    def text(self) -> str:
        """Give its words."""


class Reframes(Protocol):
    """A technique for seeing a text anew, with its questions."""

    @property
    def technique(self) -> str:
        """Name the technique."""

    @property
    def questions(self) -> Sequence[str]:
        """Give the questions to choose from."""


@dataclass(frozen=True, slots=True)
class PromptFacts:
    """One turn, as far as the model may know it.

    `draft` and `assessment` are the OKR as the user has it before them; `findings` are about the words
    they have just written; `unmet` are the sentences of the next gate's open conditions.
    """

    phase: Phase
    message: str
    strategy: Strategy
    draft: Draft
    assessment: Assessment | None = None
    findings: tuple[Finding, ...] = ()
    suggestions: tuple[Suggests, ...] = ()
    reframings: tuple[Reframes, ...] = ()
    context: Context = field(default_factory=Context)
    unmet: tuple[str, ...] = ()
    approved_texts: frozenset[str] = frozenset()
    stalled: bool = False
    user_messages: int = 1
    history: tuple[Turn, ...] = ()
