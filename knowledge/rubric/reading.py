"""Reading a text once: its words with lemma, tags and place, and its numbers."""

import re
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final, NamedTuple

from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.index import ENTRIES, PHRASES_BY_FIRST, Entry

#: Text beyond this many tokens adds nothing: the longest sensible OKR has some eighty.
MAX_TOKENS: Final = 1000

TOKEN: Final = re.compile(
    r"(?P<version>[vV]\d+(?:\.\d+)*\b)"
    r"|(?P<number>\d+(?:[.,]\d+)*[^\W\d_]*)"
    r"|(?P<word>[^\W\d_][^\W_]*(?:['’][^\W\d_]+)?)"
    r"|(?P<symbol>->|=>|>=|<=|[%$€£¥₹#→⟶≥≤<>=+/:,;.&~_\[\]×])"
)
POSSESSIVES: Final = ("'s", "’s", "s'", "s’")


class Token(NamedTuple):
    """A word, phrase, number or sign of the text."""

    kind: str
    text: str
    lemma: str
    tags: int
    start: int
    end: int

    def has(self, mask: int) -> bool:
        """Say whether the word carries any of these tags."""
        return bool(self.tags & mask)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as tokens; symbols are kept because they separate clauses and mark units."""

    text: str
    tokens: tuple[Token, ...]
    words: tuple[Token, ...]
    tags: int

    def first(self, mask: int) -> Token | None:
        """Give the first word carrying any of these tags."""
        if not self.tags & mask:
            return None
        return next((word for word in self.words if word.tags & mask), None)

    def all(self, mask: int) -> tuple[Token, ...]:
        """Give every word carrying any of these tags."""
        if not self.tags & mask:
            return ()
        return tuple(word for word in self.words if word.tags & mask)


def _entry(word: str) -> Entry:
    entry = ENTRIES.get(word)
    if entry is None and word.endswith(POSSESSIVES):
        entry = ENTRIES.get(word[:-2])
    if entry is None and word.startswith("re") and len(word) > 5:
        done_before = ENTRIES.get(word[2:])
        if done_before is not None and done_before.tags & tags.WORK:
            entry = Entry("re" + done_before.lemma, done_before.tags & tags.VERB)
    return entry or Entry(word, 0)


def entry_tags(word: str) -> int:
    """Give what a single word can be."""
    return _entry(word).tags


def _scan(text: str) -> list[Token]:
    found: list[Token] = []
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or "symbol"
        raw = match.group()
        start, end = match.span()
        if kind == "word":
            folded = raw.lower().replace("’", "'")
            entry = _entry(folded)
            found.append(Token("word", folded, entry.lemma, entry.tags, start, end))
        else:
            found.append(Token(kind, raw, raw, 0, start, end))
        if len(found) >= MAX_TOKENS:
            break
    return found


def _phrase_at(tokens: list[Token], index: int) -> tuple[Token, int] | None:
    for words, tag in PHRASES_BY_FIRST.get(tokens[index].text, ()):
        stop = index + len(words)
        if stop <= len(tokens) and all(
            tokens[index + offset].text == word for offset, word in enumerate(words)
        ):
            name = " ".join(words)
            return Token("word", name, name, tag, tokens[index].start, tokens[stop - 1].end), stop
    return None


def _join_phrases(tokens: list[Token]) -> list[Token]:
    joined: list[Token] = []
    index = 0
    while index < len(tokens):
        phrase = _phrase_at(tokens, index) if tokens[index].text in PHRASES_BY_FIRST else None
        if phrase is None:
            joined.append(tokens[index])
            index += 1
        else:
            token, index = phrase
            joined.append(token)
    return joined


def read(text: str) -> Reading:
    """Split a text into known words and signs, in time linear in its length."""
    tokens = tuple(_join_phrases(_scan(text)))
    words = tuple(token for token in tokens if token.kind == "word")
    return Reading(text, tokens, words, reduce(or_, (word.tags for word in words), 0))
