"""One dictionary from every known form of a word to its lemma and tags, built once at import."""

from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

from knowledge.rubric.lexicon.bag import bag
from knowledge.rubric.lexicon.nouns import NOUNS
from knowledge.rubric.lexicon.phrases import PHRASES
from knowledge.rubric.lexicon.qualities import WORDS
from knowledge.rubric.lexicon.verbs import IRREGULAR, VERBS

VOWELS: Final = frozenset("aeiou")
#: Two-syllable verbs stressed at the end double their consonant, and so do these compounds.
DOUBLING: Final = bag("submit commit admit transfer refer prefer enrol outrun equip")
IRREGULAR_PLURALS: Final = {
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "life": "lives",
    "analysis": "analyses",
    "criterion": "criteria",
    "human": "humans",
}


class Entry(NamedTuple):
    """A known word: its base form and its tags."""

    lemma: str
    tags: int


def _doubles(verb: str) -> bool:
    if verb in DOUBLING:
        return True
    if len(verb) < 3 or verb[-1] in "wxy" or verb[-1] in VOWELS:
        return False
    syllables = sum(letter in VOWELS for letter in verb)
    return verb[-2] in VOWELS and verb[-3] not in VOWELS and syllables == 1


def plurals(noun: str) -> Iterator[str]:
    """Yield the plural of a noun."""
    if noun in IRREGULAR_PLURALS:
        yield IRREGULAR_PLURALS[noun]
    elif noun.endswith(("s", "x", "ch", "sh", "z")):
        yield noun + "es"
    elif noun.endswith("y") and noun[-2:-1] not in VOWELS:
        yield noun[:-1] + "ies"
    else:
        yield noun + "s"


def spellings(word: str) -> Iterator[str]:
    """Yield a word in British and American spelling."""
    yield word
    for ours, theirs in (("ise", "ize"), ("our", "or"), ("lyse", "lyze"), ("programme", "program")):
        if word.endswith(ours) and len(word) > len(ours) + 2:
            yield word[: -len(ours)] + theirs


def conjugations(verb: str) -> Iterator[str]:
    """Yield the regular forms of a verb, itself first."""
    yield verb
    yield from plurals(verb)
    if verb.endswith("e"):
        yield verb + "d"
        yield (verb if verb.endswith("ee") else verb[:-1]) + "ing"
    elif verb.endswith("y") and verb[-2] not in VOWELS:
        yield verb[:-1] + "ied"
        yield verb + "ing"
    else:
        stem = verb + verb[-1] if _doubles(verb) else verb
        yield stem + "ed"
        yield stem + "ing"


def _verb_forms() -> Iterator[tuple[str, str, int]]:
    for tag, words in VERBS.items():
        for verb in words.split():
            for spelling in spellings(verb):
                yield from ((form, verb, tag) for form in conjugations(spelling))
    for form, verb in IRREGULAR.items():
        yield form, verb, sum(tag for tag, words in VERBS.items() if verb in words.split())


def _noun_forms() -> Iterator[tuple[str, str, int]]:
    for tag, words in NOUNS.items():
        for noun in words.split():
            for spelling in spellings(noun):
                yield spelling, noun, tag
                yield from ((form, noun, tag) for form in plurals(spelling))


def _other_forms() -> Iterator[tuple[str, str, int]]:
    for tag, words in WORDS.items():
        yield from ((word, word, tag) for word in words.split())


def _index() -> dict[str, Entry]:
    index: dict[str, Entry] = {}
    for form, lemma, tag in chain(_verb_forms(), _noun_forms(), _other_forms()):
        known = index.get(form)
        index[form] = Entry(known.lemma, known.tags | tag) if known else Entry(lemma, tag)
    return index


def _phrases() -> dict[str, tuple[tuple[tuple[str, ...], int], ...]]:
    by_first: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for phrase, tag in PHRASES.items():
        words = tuple(phrase.split())
        by_first.setdefault(words[0], []).append((words, tag))
    return {first: tuple(sorted(found, key=lambda item: -len(item[0]))) for first, found in by_first.items()}


ENTRIES: Final[dict[str, Entry]] = _index()
PHRASES_BY_FIRST: Final = _phrases()
