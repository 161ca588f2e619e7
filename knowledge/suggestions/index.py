"""The whole library prepared for ranking: postings, rarities, spellings and vectors."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from knowledge.library.content import AntiPattern, LibraryItem
from knowledge.library.text import phrases, spelling, stem, words
from knowledge.library.vectors import Embedder
from knowledge.library.wording import wording_of
from knowledge.suggestions.tuning import Tuning
from knowledge.suggestions.vocabulary import Vocabulary

Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """An item with its vector, and one for each of its reframings; equal to itself alone."""

    item: LibraryItem
    vector: Vector
    reframings: tuple[Vector, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """An unchanging picture of the library; positions are places in `documents`."""

    documents: tuple[Document, ...]
    postings: Mapping[str, Mapping[int, float]]
    # Of each finding's code, the positions of the anti-patterns about it.
    answers: Mapping[str, frozenset[int]]
    rarity: Mapping[str, float]
    spellings: Mapping[str, frozenset[str]]
    embedder: Embedder
    vocabulary: Vocabulary
    tuning: Tuning

    def knows(self, stemmed: str) -> bool:
        """Say whether a stem occurs in the library or names a theme."""
        return stemmed in self.postings or stemmed in self.vocabulary.themes

    def nearest_spelling(self, word: str) -> str | None:
        """Give the known word that is spelt most like an unknown one, if any is near enough.

        Two letters that changed places break most pairs of a short word, so that slip is tried first.
        Any other likeness is Dice's coefficient over `spelling`.
        """
        swapped = next((known for known in _with_two_letters_swapped(word) if self._spells(known)), None)
        if swapped is not None:
            return swapped
        own = spelling(word)
        shared: dict[str, int] = defaultdict(int)
        for pair in own:
            for candidate in self.spellings.get(pair, ()):
                shared[candidate] += 1
        likeness = ((2 * count / (len(own) + len(spelling(known))), known) for known, count in shared.items())
        best = max(likeness, default=(0.0, ""))
        return best[1] if best[0] >= self.tuning.spelling_similarity else None

    def _spells(self, word: str) -> bool:
        return all(word in self.spellings.get(pair, ()) for pair in spelling(word))


def _with_two_letters_swapped(word: str) -> Iterator[str]:
    for place in range(len(word) - 1):
        if word[place] != word[place + 1]:
            yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def theme_term(name: str) -> str:
    """Give the term under which a theme is posted; no word contains the sign."""
    return f"~{name}"


def stems_of(text: str, vocabulary: Vocabulary) -> set[str]:
    """Give the stems of a text without stopwords, and the phrases in it that name a theme."""
    found = words(text)
    stems = tuple(stem(word) for word in found)
    named = {phrase for phrase in phrases(stems) if "-" in phrase and phrase in vocabulary.themes}
    return named | frozenset(stem(word) for word in found if word not in vocabulary.stopwords)


def _terms(item: LibraryItem, vocabulary: Vocabulary, tuning: Tuning) -> dict[str, float]:
    """Give the terms of an item with the strength of the most telling place each stands in."""
    wording = wording_of(item)
    terms: dict[str, float] = {}
    for text, strength in (
        (wording.mentions, tuning.mentioned),
        (wording.proof, tuning.proved),
        (wording.about, 1.0),
    ):
        terms.update(dict.fromkeys(stems_of(text, vocabulary), strength))
    return terms | {theme_term(name): 1.0 for name in wording.themes}


def build_index(
    items: Iterable[tuple[LibraryItem, Vector]], *, embedder: Embedder, vocabulary: Vocabulary, tuning: Tuning
) -> Index:
    """Prepare items, each with its stored vector, for ranking."""
    documents = tuple(Document(item, vector, _reframed(item, embedder)) for item, vector in items)
    for document in documents:
        # What the embedder has to learn of a word it learns once; people use the library's words.
        embedder.embed(wording_of(document.item).joined())
    postings: dict[str, dict[int, float]] = defaultdict(dict)
    for position, document in enumerate(documents):
        for term, strength in _terms(document.item, vocabulary, tuning).items():
            postings[term][position] = strength
    count = len(documents)
    return Index(
        documents=documents,
        postings=dict(postings),
        answers=_answers(documents),
        rarity={
            term: math.log(1 + (count - len(held) + 0.5) / (len(held) + 0.5))
            for term, held in postings.items()
        },
        spellings=_spellings(documents, vocabulary),
        embedder=embedder,
        vocabulary=vocabulary,
        tuning=tuning,
    )


def _answers(documents: tuple[Document, ...]) -> dict[str, frozenset[int]]:
    positions: dict[str, set[int]] = defaultdict(set)
    for position, document in enumerate(documents):
        if isinstance(document.item.body, AntiPattern):
            positions[document.item.body.code].add(position)
    return {code: frozenset(held) for code, held in positions.items()}


def _reframed(item: LibraryItem, embedder: Embedder) -> tuple[Vector, ...]:
    if not isinstance(item.body, AntiPattern):
        return ()
    return tuple(embedder.embed(f"{one.poor} {one.good}") for one in item.body.reframings)


def _spellings(documents: tuple[Document, ...], vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    known = {word for document in documents for word in words(wording_of(document.item).joined())}
    known |= vocabulary.theme_words
    holders: dict[str, set[str]] = defaultdict(set)
    for word in known - vocabulary.stopwords:
        if len(word) > 3 and not word.isdigit():
            for pair in spelling(word):
                holders[pair].add(word)
    return {pair: frozenset(held) for pair, held in holders.items()}
