"""The grammar a text shows: its leading verb, what that verb acts on, and its purpose."""

from dataclasses import dataclass
from typing import Final

from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.bag import bag
from knowledge.rubric.lexicon.units import MONTHS
from knowledge.rubric.quantities import Quantity, quantities_of
from knowledge.rubric.reading import Reading, Token, read

#: Words in front of what is wanted, which say nothing of it.
LABELS: Final = bag(
    """
    objective goal kr okr key result results o krs aim target today want wants need needs wish hope intend
    going
    """
)
BREAKS: Final = bag(
    """
    onto of in on at by for from to with into per that which who via through using during within and or among
    while so because across when where without before after until as over about around against than
    beyond between towards toward
    """
)
DETERMINERS: Final = bag("the our a an all every each no your their both most new fewer more")
PURPOSE: Final = bag(
    "so because enabling allowing ensuring resulting leading thereby helping who without until where"
)
PRONOUNS: Final = bag("they it we you he she")
MOVED: Final = bag(
    """
    : up down at below above under over < > ≥ ≤ rise rises fall falls drop drops increase increases
    increased grow grows reduced improved decreased doubled cut
    """
)
COMPARED: Final = frozenset(("below", "above", "under", "over", "at", "<", ">", "≥", "≤", "=", ":"))
MOVED_WORDS: Final = bag("up down rises falls drops increases")
AMBIGUOUS: Final = bag(
    """
    support test design report plan survey research review contact post email call visit score rank open
    close trial order sign release launch deploy lead process project book return search study demo
    share market ship train trial harvest spray address transfer transition mail forecast profile prep value
    work record reading read build upgrade hire deliver
    """
)
PARTICLES: Final = bag("to off up down out in back through over on away")
HUNG_ON: Final = bag("on in off at by to for non per post pre self out up down over under after")
AMOUNTS: Final = bag("number amount volume quantity percentage share range level variety")
NOUNS: Final = (
    tags.METRIC
    | tags.RESULT
    | tags.PEOPLE
    | tags.OUTCOME
    | tags.MADE
    | tags.GENERIC
    | tags.FUZZY
    | tags.PLACE
)
NOUNS_COUNTED: Final = tags.RESULT | tags.PEOPLE | tags.MADE | tags.PLACE | tags.OUTSIDE


@dataclass(frozen=True, slots=True)
class Shape:
    """A reading with its leading verb, the noun phrase it acts on and its numbers."""

    reading: Reading
    verb: Token | None
    verb_index: int
    object: tuple[Token, ...]
    noun: Token | None
    rest: tuple[Token, ...]
    quantities: tuple[Quantity, ...]
    measures: tuple[Quantity, ...]

    def verb_is(self, mask: int) -> bool:
        """Say whether the leading verb carries any of these tags."""
        return self.verb is not None and bool(self.verb.tags & mask)

    def says(self, mask: int) -> bool:
        """Say whether any word carries any of these tags."""
        return bool(self.reading.tags & mask)


def _is_label(token: Token) -> bool:
    text = token.text
    if text in LABELS or text in MONTHS:
        return True
    return len(text) <= 3 and text[:1] in "oqkh" and text[-1:].isdigit()


def _skipped(token: Token) -> bool:
    if token.kind != "word" or _is_label(token):
        return True
    if token.tags & tags.VERB and (token.text not in ("be", "have") or token.start == 0):
        return False
    return bool(token.tags & tags.STOP) or token.text.endswith("ly")


def _names_a_thing(tokens: tuple[Token, ...], index: int) -> bool:
    """Tell "support response time" from "support our users": the first word may be a noun."""
    token = tokens[index]
    if index and tokens[index - 1].kind == "number":
        return True
    nounlike = bool(token.tags & NOUNS) or token.text in AMBIGUOUS or token.lemma in AMBIGUOUS
    if token.text.endswith("s") and token.lemma != token.text and nounlike_form(token):
        return True
    if token.tags & (tags.DELIVER | tags.ACTIVITY) and _is_compared(tokens, index):
        return True
    if index and nounlike:
        before = tokens[index - 1]
        if before.kind == "number" or before.text in DETERMINERS or before.text in ("%", "+"):
            return True
    if index + 1 >= len(tokens):
        return False
    following = tokens[index + 1]
    pure_metric = bool(following.tags & tags.METRIC) and not following.tags & tags.VERB
    several = token.tags & tags.DELIVER and following.text != following.lemma
    pure_metric = pure_metric and not several and not _ends_in_a_thing(tokens, index + 1)
    if token.text.endswith("ing") and pure_metric and token.lemma != "reduce":
        return bool(token.tags & tags.WORK)
    reaching = token.tags & (tags.CHANGE | tags.ATTAIN) and token.text not in AMBIGUOUS
    if reaching or not nounlike or token.lemma != token.text:
        return False
    second = tokens[index + 2].text if index + 2 < len(tokens) else ""
    tells = following.text.endswith("s") and following.text != following.lemma and following.tags & tags.VERB
    if tells and following.tags & (tags.CHANGE | tags.ATTAIN) and not following.tags & tags.DELIVER:
        return True
    compared = following.text in MOVED and second not in ("least", "most", "the", "a", "all", "once")
    measured = token.tags & tags.METRIC and following.text == "of"
    return bool(pure_metric or measured) or compared or (second in MOVED and following.kind == "word")


def _ends_in_a_thing(tokens: tuple[Token, ...], start: int) -> bool:
    """Tell "launch awareness campaign", a command, from "launch readiness score"."""
    last: Token | None = None
    for token in tokens[start:]:
        if token.kind != "word" or token.text in BREAKS:
            break
        last = token
    effects = tags.RESULT | tags.METRIC | tags.OUTCOME | tags.PEOPLE
    return last is not None and bool(last.tags & tags.MADE) and not last.tags & effects


def _is_compared(tokens: tuple[Token, ...], index: int) -> bool:
    """Recognise a measured noun phrase: "audit findings below 5", which commands nothing."""
    measured = bool(tokens[index].tags & tags.METRIC)
    for place in range(index + 1, min(index + 7, len(tokens) - 1)):
        token = tokens[place]
        if token.text in COMPARED or (measured and token.text == "from"):
            after = tokens[place + 1]
            if token.text == "at" and place + 2 < len(tokens) and tokens[place + 2].tags & NOUNS_COUNTED:
                return False
            return place > index + 1 and (after.kind == "number" or after.text in "$€£¥₹")
        if token.kind == "number" or token.text in BREAKS or token.text in DETERMINERS:
            return False
    return False


def nounlike_form(token: Token) -> bool:
    """Say whether a word in -s opens a text: commands and reports of deeds never end that way."""
    return not token.lemma.endswith("s") and token.text not in ("is", "has", "was")


def _starts_a_compound(tokens: tuple[Token, ...], index: int, text: str) -> bool:
    """Tell "write-offs fell" from "write off three loans": a deed hung on a small word is a noun."""
    token = tokens[index]
    if index + 2 >= len(tokens) or text[token.end : token.end + 1] != "-":
        return False
    particle, after = tokens[index + 1], tokens[index + 2]
    hung = particle.text.removesuffix("s") in PARTICLES and particle.start == token.end + 1
    return hung and after.text not in DETERMINERS and after.kind != "number"


def _ends_a_compound(tokens: tuple[Token, ...], index: int) -> bool:
    """Tell the word in "in-store sales" or "off-peak use" from a verb: it hangs on a small word."""
    if not index or tokens[index - 1].end + 1 != tokens[index].start:
        return False
    return tokens[index - 1].text in HUNG_ON


def _leading_verb(tokens: tuple[Token, ...], text: str) -> int | None:
    for index, token in enumerate(tokens):
        if index == 1 and token.text == "be" and tokens[0].text == "to":
            return index
        if _skipped(token):
            continue
        if _ends_a_compound(tokens, index) and text[token.start - 1] == "-":
            return None
        if _starts_a_compound(tokens, index, text):
            return None
        if not token.tags & tags.VERB:
            return _future_verb(tokens, index)
        return None if _names_a_thing(tokens, index) else index
    return next((index for index, token in enumerate(tokens) if token.text in ("be", "have")), None)


def _future_verb(tokens: tuple[Token, ...], start: int) -> int | None:
    for index in range(start, min(start + 8, len(tokens) - 1)):
        if tokens[index].text == "will" and tokens[index + 1].tags & tags.VERB:
            return index + 1
    return None


def _extends(tokens: tuple[Token, ...], index: int, noun: Token | None) -> bool:
    """Say whether this word can be the (new) last noun of the phrase acted on.

    Unknown words can, and so can deeds in -ing and deeds right after a noun: "a brand film".
    """
    token = tokens[index]
    if token.kind != "word":
        return False
    if token.tags & NOUNS or not token.tags:
        return True
    deed = bool(token.tags & tags.WORK)
    return deed and (token.text.endswith("ing") or (noun is not None and tokens[index - 1] is noun))


def _object(tokens: tuple[Token, ...], verb: int | None) -> tuple[int, Token | None]:
    """Find where the first noun phrase after the verb ends, and its last noun."""
    start = 0 if verb is None else verb + 1
    noun: Token | None = None
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.text == "of" and noun is not None and noun.lemma in AMOUNTS:
            continue
        if token.text in BREAKS or (token.kind == "symbol" and token.text in ",;.:"):
            if noun is not None or (index > start + 1 and token.text != "of"):
                return index, noun
        elif _extends(tokens, index, noun):
            noun = token
    return len(tokens), noun


def shape_of(text: str) -> Shape:
    """Read a text and find its leading verb and object."""
    reading = read(text)
    tokens = reading.tokens
    verb = _leading_verb(tokens, text)
    end, noun = _object(tokens, verb)
    start = 0 if verb is None else verb + 1
    quantities = quantities_of(reading)
    return Shape(
        reading=reading,
        verb=None if verb is None else tokens[verb],
        verb_index=-1 if verb is None else verb,
        object=tuple(token for token in tokens[start:end] if token.kind == "word"),
        noun=noun,
        rest=tuple(token for token in tokens[end:] if token.kind == "word"),
        quantities=quantities,
        measures=tuple(quantity for quantity in quantities if quantity.measures),
    )


def content_words(shape: Shape) -> tuple[Token, ...]:
    """Give the words that say something: no grammar, praise, labels or leading verb."""
    empty = tags.STOP | tags.VAGUE | tags.QUIET
    kept = tags.OUTCOME | tags.METRIC | tags.PEOPLE
    return tuple(
        word
        for word in shape.reading.words
        if word is not shape.verb and not (word.tags & empty and not word.tags & kept) and not _is_label(word)
    )


def has_purpose(shape: Shape) -> bool:
    """Say whether the text names an effect beyond its own object: so that, to reduce, which lets."""
    rest = shape.rest
    for index, word in enumerate(rest[:-1]):
        if word.text in PURPOSE or (word.text in ("before", "as") and rest[index + 1].text in PRONOUNS):
            return True
        effect = rest[index + 1].tags & (tags.CHANGE | tags.ATTAIN | tags.ASPIRE | tags.SERVE)
        if word.text == "to" and rest[index + 1].lemma == "help":
            effect = shape.reading.tags & tags.PEOPLE
        if word.text in ("that", "which") and rest[index + 1].tags & tags.PEOPLE:
            return True
        if effect and word.text in ("to", "and", "that", "which", "can", "will"):
            return True
    return False
