"""Counting the demands of a text: one objective should make one."""

from itertools import pairwise
from typing import Final

from knowledge.rubric.effects import pairs
from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.bag import bag
from knowledge.rubric.reading import Token
from knowledge.rubric.shape import AMBIGUOUS, BREAKS, Shape

NAMED: Final = tags.OUTCOME | tags.METRIC | tags.PEOPLE
REASONS: Final = frozenset((("in", "order"), ("so", "that"), ("so", "we"), ("as", "to")))
ARTICLES: Final = bag("the a an our your their all every each new more")
THINGS: Final = NAMED | tags.MADE | tags.GENERIC
MOST_WORDS: Final = 34
MOST_ITEMS: Final = 4
#: An objective with three separate figures holds its key results.
MOST_NUMBERS: Final = 3


def _demands(shape: Shape) -> tuple[Token, ...]:
    """Leave out the reasons: what stands after "in order to" and "so that" is not asked for."""
    tokens = shape.reading.tokens
    for index, (left, right) in enumerate(pairwise(tokens)):
        if (left.text, right.text) in REASONS:
            return tokens[:index]
    return tokens


def _clauses(shape: Shape) -> int:
    """Count the demands: verbs after a comma, "and" or a semicolon.

    Verbs that share one object, "attract, develop and retain talent", make one demand.
    """
    tokens = _demands(shape)
    count = 1 if shape.verb is not None else 0
    objects = 0
    for index, (left, right) in enumerate(pairwise(tokens)):
        joint = left.text in ("and", ",", ";", "&", "plus", "also", "+", "/")
        after = tokens[index + 2] if index + 2 < len(tokens) else None
        if joint and right.tags & tags.VERB and not _is_noun_here(right, after):
            count += objects > 0
            objects = 0
        elif right.kind == "word" and not right.tags & tags.STOP and not joint:
            objects += 1
    return count


def _is_noun_here(token: Token, after: Token | None) -> bool:
    if after is not None and (after.text in ARTICLES or after.kind == "number"):
        return False
    return bool(token.tags & (NAMED | tags.MADE | tags.VIVID | tags.STOP)) and token.lemma == token.text


def _list_items(shape: Shape) -> int:
    count = 1
    for left, right in pairwise(_demands(shape)):
        separates = right.text in (",", "and", "&", ";")
        count += separates and left.text not in (",", ";")
    return count


def _takes_on_everything(shape: Shape) -> bool:
    """Recognise one verb let loose on four things: "improve the product, the site, support and billing"."""
    tokens = _demands(shape)
    if shape.verb is None or not shape.verb.tags & tags.CHANGE:
        return False
    pieces = [False]
    for token in tokens[shape.verb_index + 1 :]:
        if token.text in (",", "and", "&", ";"):
            pieces.append(False)
        elif token.text in BREAKS:
            break
        elif token.text in AMBIGUOUS or (token.tags & THINGS and not token.tags & tags.VIVID):
            pieces[-1] = True
    return sum(pieces) >= MOST_ITEMS


def is_crowded(shape: Shape) -> bool:
    """Say whether one objective asks for several at once."""
    if len(shape.measures) - len(pairs(shape)) >= MOST_NUMBERS:
        return True
    clauses, items = _clauses(shape), _list_items(shape)
    if (clauses >= 3 and items >= 3) or _takes_on_everything(shape):
        return True
    return items > MOST_ITEMS or (len(shape.reading.words) > MOST_WORDS and clauses + items > 4)
