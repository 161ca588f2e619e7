"""Understands a query: which of its words tell something, and what answers them."""

from dataclasses import dataclass

from knowledge.library.text import LONGEST_PHRASE, stem, words
from knowledge.suggestions.index import Index, theme_term

_SHORTEST_CORRECTED = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A word of the query: how much it tells, and the terms that answer it with what strength."""

    word: str
    importance: float
    terms: tuple[tuple[str, float], ...]


def asked_words(text: str, index: Index) -> tuple[Asked, ...]:
    """Turn the query into what to look for, most telling first, each once.

    A phrase that names a theme stands for its words: "time to market" is not about markets.
    """
    found = words(text)
    asked: dict[str, Asked | None] = {}
    taken: set[int] = set()
    for size in range(LONGEST_PHRASE, 0, -1):
        for start in range(len(found) - size + 1):
            places = range(start, start + size)
            phrase = "-".join(found[start : start + size])
            if not taken.isdisjoint(places):
                continue
            if phrase not in asked:
                asked[phrase] = _asked_phrase(phrase, index)
            if asked[phrase]:
                taken.update(places)
    ranked = sorted((one for one in asked.values() if one), key=lambda one: -one.importance)
    return tuple(ranked[: index.tuning.words_counted])


def _asked_phrase(phrase: str, index: Index) -> Asked | None:
    """Look one word or phrase up; None for what nobody would search by."""
    if phrase in index.vocabulary.stopwords or phrase.isdigit():
        return None
    stemmed = "-".join(stem(word) for word in phrase.split("-"))
    if "-" in phrase:
        return _asked_for(phrase, stemmed, 1.0, index) if stemmed in index.vocabulary.themes else None
    unknown = len(phrase) >= _SHORTEST_CORRECTED and not index.knows(stemmed)
    if unknown and (meant := index.nearest_spelling(phrase)):
        return _asked_for(meant, stem(meant), index.tuning.spelling_strength, index)
    return _asked_for(phrase, stemmed, 1.0, index)


def _asked_for(phrase: str, stemmed: str, strength: float, index: Index) -> Asked:
    tuning = index.tuning
    themes = [theme_term(name) for name in index.vocabulary.themes_of(stemmed)]
    # Of a word that names a theme, the theme is meant; the same word may stand anywhere by chance.
    own = strength * (tuning.word_of_theme if themes else 1.0)
    terms = [(stemmed, own), *((theme, strength * tuning.theme) for theme in themes)]
    rarities = [index.rarity[term] for term, _ in terms if term in index.rarity]
    # A word nobody knows tells nothing of what is meant; it only makes the rest less certain.
    importance = max(rarities) if rarities else tuning.least_informative_query / 2
    if not themes:
        importance *= tuning.plain_word
    return Asked(phrase, importance, tuple(terms))
