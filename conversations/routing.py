"""The routes as rows, read anew every few seconds; where no row fits, the strong model answers."""

from collections.abc import Sequence
from typing import Final

from django.conf import settings

from conversations.kept import Kept
from conversations.llm.route import Route, RouteTraits
from conversations.models import RouteRule


class RouteBook:
    """The routes of one process; a change of a row is heard within seconds."""

    def __init__(self) -> None:
        self._rules = Kept(_enabled_rules)

    def route_for(self, traits: RouteTraits) -> Route:
        """Give the route that the first fitting row describes."""
        found = next((row for row in self._rules.get() if fits(row, traits)), None)
        return default_route(traits) if found is None else route_of(found)

    def forget(self) -> None:
        """Read the rows anew with the next question."""
        self._rules.forget()


def _enabled_rules() -> Sequence[RouteRule]:
    return tuple(RouteRule.objects.filter(enabled=True))


def default_route(_traits: RouteTraits) -> Route:
    """Give the route that holds where no rule does."""
    return Route(rule="", model=settings.CLAUDE_MODEL, max_tokens=settings.CLAUDE_MAX_TOKENS)


def route_of(row: RouteRule) -> Route:
    """Read a row."""
    model = named_model(row.model)
    others = (named_model(one) for one in row.fallbacks.replace(",", " ").split())
    return Route(
        rule=row.name,
        model=model,
        fallbacks=tuple(dict.fromkeys(one for one in others if one != model)),
        effort=row.effort,
        max_tokens=row.max_tokens or settings.CLAUDE_MAX_TOKENS,
    )


def named_model(name: str) -> str:
    """Give the model that “strong” or “fast” stands for; any other name is the model's own."""
    return {"strong": settings.CLAUDE_MODEL, "fast": settings.CLAUDE_FAST_MODEL}.get(name, name)


def fits(row: RouteRule, traits: RouteTraits) -> bool:
    """Tell whether a row is about this point of a conversation."""
    return (
        row.step in ("", traits.step)
        and row.phase in ("", traits.phase)
        and row.kind in ("", traits.kind)
        and row.strategy in ("", traits.strategy)
    )


# One per process: its threads share what was read.
ROUTES: Final = RouteBook()
