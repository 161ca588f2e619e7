"""What a number counts: the noun after it."""

from typing import Final

from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.units import COUNT_BREAKS
from knowledge.rubric.quantities import Quantity
from knowledge.rubric.reading import Reading, Token

#: After these somebody does something: "40 juniors still training".
ADVERBS: Final = frozenset(("still", "now", "again", "already", "always", "also", "then", "actually"))


def _may_be_a_noun(token: Token) -> bool:
    if token.tags & tags.VERB:
        return token.text.endswith("s") and token.lemma != token.text
    return not token.tags and not token.text.endswith(("ly", "ed"))


def counted(reading: Reading, quantity: Quantity) -> Token | None:
    """Give the noun a number counts: the last known noun of the words right after it."""
    nouns = tags.RESULT | tags.MADE | tags.METRIC | tags.INPUT | tags.PEOPLE
    best: Token | None = None
    for token in reading.tokens[quantity.index + 1 : quantity.index + 7]:
        if token.kind == "symbol" and token.text not in ("%", "+", "/"):
            break
        if token.kind == "number" or token.text in COUNT_BREAKS or token.text in ADVERBS:
            break
        if token.tags & nouns:
            best = token
        elif best is not None:
            unknown = token.kind == "word" and _may_be_a_noun(token)
            return None if unknown else best
    return best
