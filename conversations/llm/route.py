"""Where a question goes: which model, who stands in for it, how hard it thinks, how much it may write."""

from dataclasses import dataclass
from typing import TypedDict
from uuid import UUID

from conversations.llm.catalogue import family
from conversations.strategies import StrategyName
from conversations.values import MessageKind, Phase, Step


@dataclass(frozen=True, slots=True)
class RouteTraits:
    """What a route may be chosen by."""

    phase: Phase
    strategy: StrategyName
    kind: MessageKind = MessageKind.SUBSTANCE
    step: Step = Step.ANSWER
    session_id: UUID | None = None


class RouteJson(TypedDict):
    """A route as its job stores it: what was chosen, and which models failed before one answered."""

    rule: str
    model: str
    fallbacks: list[str]
    effort: str
    max_tokens: int
    failed: list[str]


@dataclass(frozen=True, slots=True)
class Route:
    """The way one question goes; `rule` names what chose it."""

    rule: str
    model: str
    max_tokens: int
    fallbacks: tuple[str, ...] = ()
    effort: str = ""

    def as_json(self, *, answered_by: str) -> RouteJson:
        """Give the stored form; the models before the one that answered are those that could not."""
        order = [family(one) for one in (self.model, *self.fallbacks)]
        answered = family(answered_by)
        failed = order[: order.index(answered)] if answered in order else []
        return {
            "rule": self.rule,
            "model": self.model,
            "fallbacks": list(self.fallbacks),
            "effort": self.effort,
            "max_tokens": self.max_tokens,
            "failed": failed,
        }
