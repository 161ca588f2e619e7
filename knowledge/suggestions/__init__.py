"""Suggestions from the knowledge library: at most five, each with its reason, none rather than a weak one."""

from knowledge.suggestions.cache import LIBRARY, LibraryCacheStats
from knowledge.suggestions.feedback import DISMISSED, dismissed_slugs, record_feedback, record_shown
from knowledge.suggestions.rank import rank
from knowledge.suggestions.values import Suggestion, SuggestionJson, SuggestionQuery

__all__ = [
    "DISMISSED",
    "LibraryCacheStats",
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

    One database query, a primary-key lookup, unless the library has changed.
    """
    return rank(query, LIBRARY.index())


def library_cache_stats() -> LibraryCacheStats:
    """Count the hits and misses of the library's cache in this process."""
    return LIBRARY.stats()
