"""What is asked of the library, and what it answers."""

from dataclasses import dataclass
from typing import TypedDict
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LibraryVersion:
    """The library's state: equal tokens mean equal rows."""

    number: int
    token: UUID


@dataclass(frozen=True, slots=True)
class SuggestionQuery:
    """What the user is working on; codes are the rubric's findings, most important first.

    `dismissed` holds the slugs that the user has turned down: they are never offered again. `library` is
    the version just read; where the asker has not read it, it is read.
    """

    text: str
    phase: str = ""
    industry: str = ""
    function: str = ""
    finding_codes: tuple[str, ...] = ()
    limit: int = 5
    dismissed: frozenset[str] = frozenset()
    library: LibraryVersion | None = None


class SuggestionJson(TypedDict):
    """A suggestion as stored and sent."""

    id: str
    kind: str
    title: str
    text: str
    why: str
    score: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An item worth showing, with the reason; the id is its slug, the score is 0 to 1."""

    id: str
    kind: str
    title: str
    text: str
    why: str
    score: float

    def as_json(self) -> SuggestionJson:
        """Give the stored form."""
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "text": self.text,
            "why": self.why,
            "score": self.score,
        }
