"""Suggestions from the knowledge library: at most five, each with its reason, none rather than a weak one."""

from knowledge.suggestions.cache import CURRENT_VERSION, LIBRARY, LibraryCacheStats
from knowledge.suggestions.feedback import DISMISSED, dismissed_slugs, record_feedback, record_shown
from knowledge.suggestions.rank import rank
from knowledge.suggestions.values import LibraryVersion, Suggestion, SuggestionJson, SuggestionQuery

__all__ = [
    "CURRENT_VERSION",
    "DISMISSED",
    "LibraryCacheStats",
    "LibraryVersion",
    "Suggestion",
    "SuggestionJson",
    "SuggestionQuery",
    "dismissed_slugs",
    "library_cache_stats",
    "record_feedback",
    "record_shown",
    "suggest",
]


def suggest(query: SuggestionQuery) -> tuple[Suggestion, ...]:
    """Give what the library has for a person at this point, best first.

    No database query unless the library has changed, or its version is not known yet: a primary-key lookup.
    """
    return rank(query, LIBRARY.index(query.library))


def library_cache_stats() -> LibraryCacheStats:
    """Count the hits and misses of the library's cache in this process."""
    return LIBRARY.stats()
