"""The words people use for industries, functions and themes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from knowledge.library.fields import Fields
from knowledge.library.shipped import DATA, read_json
from knowledge.library.text import phrases, stem, words


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Maps of stemmed words and phrases to the names that the library uses."""

    industries: Mapping[str, frozenset[str]]
    functions: Mapping[str, frozenset[str]]
    themes: Mapping[str, frozenset[str]]
    stopwords: frozenset[str]
    theme_words: frozenset[str]

    def industries_of(self, text: str) -> frozenset[str]:
        """Give the library's industries that a free text such as "B2B SaaS" names."""
        return _named(self.industries, text)

    def functions_of(self, text: str) -> frozenset[str]:
        """Give the library's functions that a free text such as "HR" names."""
        return _named(self.functions, text)

    def themes_of(self, stemmed: str) -> frozenset[str]:
        """Give the themes a stem, or stems joined by hyphens, belongs to."""
        return self.themes.get(stemmed, frozenset())


def _stemmed(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words(text))


def _named(names: Mapping[str, frozenset[str]], text: str) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for phrase in phrases(_stemmed(text)):
        found |= names.get(phrase, frozenset())
    return found


def _turned(fields: Fields) -> dict[str, frozenset[str]]:
    turned: dict[str, frozenset[str]] = {}
    for name in fields.values:
        for alias in (name, *fields.texts(name)):
            key = "-".join(_stemmed(alias.replace("_", "-")))
            turned[key] = turned.get(key, frozenset()) | {name}
    return turned


@cache
def shipped_vocabulary() -> Vocabulary:
    """Read the vocabulary that ships with the library."""
    fields = read_json(DATA / "vocabulary.json")
    themes = fields.inner("themes")
    return Vocabulary(
        industries=_turned(fields.inner("industries")),
        functions=_turned(fields.inner("functions")),
        themes=_turned(themes),
        stopwords=frozenset(fields.texts("stopwords")),
        theme_words=frozenset(
            word for name in themes.values for alias in themes.texts(name) for word in words(alias)
        ),
    )
