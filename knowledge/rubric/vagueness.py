"""Recognising objectives that name nothing anybody could see change."""

from itertools import pairwise
from typing import Final

from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.bag import bag
from knowledge.rubric.reading import Token
from knowledge.rubric.shape import Shape, content_words, has_purpose

#: Everyday words: alone after "increase" or "improve" they say nothing yet.
BROAD_LEMMAS: Final = bag(
    """
    revenue sale profit growth income earning customer user lead brand value cost client quality
    performance productivity efficiency innovation communication collaboration morale culture security
    speed satisfaction_level people team money support process operation market traffic experience
    """
)
REPAIRING: Final = bag("improve optimise enhance refine upgrade")
#: What an organisation has for its own sake; making it better is not yet a change for anybody.
MACHINERY: Final = bag(
    "workflow pipeline engine system platform tool website app software infrastructure database crm"
)
PROCEDURES: Final = bag("process procedure routine")
TITLES: Final = bag(
    """
    leader winner expert champion partner team company one organisation player best greatest world
    industry class
    """
)
EMPTY: Final = tags.STOP | tags.VAGUE
#: With praise or without, these alone say nothing.
HOLLOW: Final = bag("result outcome success thing work job performance excellence difference impact")
PADDING: Final = bag(
    """
    thing stuff everything something anything work job way aspect issue matter part progress
    everyone everybody
    """
)


def substance(shape: Shape) -> tuple[Token, ...]:
    """Give the words that carry more than praise and generalities."""
    empty = tags.GENERIC | tags.VIVID | tags.BIG | tags.VAGUE
    return tuple(word for word in content_words(shape) if not word.tags & empty)


def repairs(shape: Shape, things: frozenset[str]) -> bool:
    """Recognise "improve the billing system": nobody is better off yet."""
    verb, noun = shape.verb, shape.noun
    if verb is None or noun is None or verb.lemma not in REPAIRING or noun.lemma not in things:
        return False
    wanted = tags.PEOPLE | tags.STAFF | tags.OUTCOME
    wanting = shape.says(tags.VIVID | tags.BIG) or any(word.tags & wanted for word in shape.reading.words)
    content = content_words(shape)
    plain = len(content) <= 2 or all(word.tags & (tags.MADE | tags.GENERIC) for word in content)
    return plain and not wanting and not has_purpose(shape) and not shape.measures


def is_bare(shape: Shape) -> bool:
    """Say whether a change names only one everyday noun: "increase revenue", "improve quality"."""
    if repairs(shape, MACHINERY):
        return True
    joined = _is_joined(shape)
    if shape.measures or shape.says(tags.PLACE | tags.VIVID | tags.BIG):
        return False
    if has_purpose(shape) and not joined:
        return False
    content = [word for word in content_words(shape) if word.lemma not in PADDING]
    if joined:
        content = [word for word in content if not word.tags & tags.CHANGE or word.tags & tags.OUTCOME]
    broad = tags.FUZZY | tags.GENERIC
    return len(content) < 2 + joined and all(
        word.lemma in BROAD_LEMMAS or word.tags & broad for word in content
    )


def _is_joined(shape: Shape) -> bool:
    """Recognise two demands in one: "grow the company and increase profit" says no more than either."""
    words = shape.reading.words
    return any(left.text == "and" and right.tags & tags.CHANGE for left, right in pairwise(words))


def _is_somebody(shape: Shape) -> bool:
    """Tell "be a more present parent", which says who is to be what, from "be a more agile company"."""
    words = shape.reading.words
    last = words[-1]
    article = "a" in {word.text for word in words[1:3]} and "better" not in {word.text for word in words}
    return article and last.lemma not in TITLES and not last.tags & tags.GENERIC


def _more_of_a_quality(shape: Shape) -> bool:
    """Recognise "be more agile": a comparison that names nobody and nothing."""
    words = [word for word in shape.reading.words if word is not shape.verb]
    if (
        not shape.verb_is(tags.ASPIRE)
        or shape.verb is None
        or shape.verb.lemma not in ("be", "become", "stay")
    ):
        return False
    if _is_somebody(shape):
        return False
    bare = len(words) <= 6 and all(word.lemma in TITLES or word.tags & EMPTY for word in words)
    return bare or (any(word.text in ("more", "better") for word in words) and len(words) <= 6)


def wishes(shape: Shape) -> bool:
    """Recognise "have great products": a wish for something nice."""
    owns = shape.verb is not None and shape.verb.lemma in ("have", "get", "be")
    words = len(shape.reading.words)
    return owns and shape.says(tags.VAGUE) and words <= 4 and not shape.says(tags.VIVID | tags.PLACE)


def says_nothing(shape: Shape) -> str:
    """Say why a text is empty before anything else is asked, or nothing."""
    if shape.reading.text.rstrip().endswith("?"):
        return "asks a question"
    content = content_words(shape)
    if content and all(word.lemma in HOLLOW for word in content) and not shape.measures:
        return "names nothing that could be seen to change"
    if any(word.text == "make progress" for word in shape.reading.words) and not shape.measures:
        return "asks only for progress"
    if "stuff" in {word.text for word in shape.reading.words} and not shape.measures:
        return "speaks of things in general"
    if _more_of_a_quality(shape) or not (content_words(shape) or praises(shape)):
        return "names nothing that could be seen to change"
    return ""


def praises_in_general(shape: Shape) -> bool:
    """Recognise "better quality and service": a comparison with nothing, of everyday words."""
    if not shape.says(tags.VAGUE) or shape.says(tags.VIVID | tags.PLACE | tags.BIG) or shape.measures:
        return False
    broad = tags.FUZZY | tags.GENERIC
    content = content_words(shape)
    return len(content) < 4 and all(word.lemma in BROAD_LEMMAS or word.tags & broad for word in content)


def praises(shape: Shape) -> bool:
    """Say whether strong praise at least has somebody or something to hold on to."""
    return shape.says(tags.VIVID) and shape.says(tags.OUTCOME | tags.PEOPLE | tags.PLACE)
