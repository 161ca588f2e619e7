"""What a key result would prove: a measured effect, a gradable state, its author's own work, or nothing."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from knowledge.rubric.effects import PRECISE, is_effect, only_places
from knowledge.rubric.labour import REACHING, is_made, labour_in
from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.bag import bag
from knowledge.rubric.quantities import Kind, Quantity
from knowledge.rubric.reading import Token
from knowledge.rubric.shape import Shape


class Proof(StrEnum):
    """The five things a key result can be."""

    MEASURED = "measured"
    SHARE_OF_WORK = "share_of_work"
    GRADABLE = "gradable"
    OWN_WORK = "own_work"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is proved, and the words and numbers that show it."""

    proof: Proof
    why: str
    word: Token | None
    effects: tuple[Quantity, ...]


ABSENCE: Final = bag("zero no none nobody never without nothing")
USED_BY: Final = bag(
    """
    used adopted accepted approved endorsed ratified recommended chosen trusted rated voted named cited
    featured attended visited watched downloaded bought booked covered recognised recognized
    """
) | {"picked up"}
ONE_OFF: Final = bag("win sign secure land pass obtain renew earn rank close qualify")
#: These need a counterpart: anybody can sign or close something.
WITH_SOMEBODY: Final = bag("sign land close renew")
NO_STATE: Final = bag("start beginning end top bottom here day one person time good our the all")
#: States with a generally known threshold: either reached or not.
THRESHOLDS: Final = bag("profitability breakeven neutrality compliance certification parity accreditation")
WHOLE: Final = bag("all every each both")
#: These prove something only together with who says so, or are too easily claimed.
WEAK_PROOF: Final = bag(
    "clean fully entirely compliance ranked compliant selected listed adopted signed recognised recognized"
)


#: Their own house nodding a paper through proves no effect of it.
IN_HOUSE: Final = bag("board management leadership directors team committee ceo cfo executives boss steering")
APPROVED: Final = bag("approved accepted adopted endorsed ratified")


def _nodded_through(shape: Shape, index: int) -> bool:
    """Recognise "budget approved by the board": a thing of one's own, passed by one's own."""
    if shape.reading.words[index].text not in APPROVED:
        return False
    made = any(is_made(word) for word in shape.reading.words[:index])
    later = shape.reading.words[index + 1 : index + 5]
    return made and (not later or any(word.text in IN_HOUSE for word in later))


def _absent(shape: Shape, index: int) -> bool:
    words = shape.reading.words
    if index == 0 and words[0].text in ("no", "zero") and shape.verb is None and len(words) > 1:
        return True
    following = words[index + 1 : index + 5]
    if words[index].text == "never" and any(near.tags & PRECISE for near in words[:index]):
        return True
    if words[index].text == "free" and index and words[index - 1].tags & (PRECISE | tags.OUTCOME):
        return words[index - 1].end + 1 == words[index].start and shape.verb is None
    named = any(near.tags & (PRECISE | tags.OUTCOME) for near in following)
    single = words[index].text == "single" and index > 1 and words[index - 2].text == "not"
    return named and (single or words[index].text in ABSENCE)


def _is_a_task(token: Token) -> bool:
    return bool(token.tags & tags.WORK) and not token.tags & (tags.MADE | REACHING)


def _everyone(shape: Shape, index: int) -> bool:
    words = shape.reading.words
    blurred = tags.VAGUE | tags.FUZZY | tags.VIVID
    if shape.verb is not None or words[index].text not in WHOLE or shape.says(blurred):
        return False
    if (
        index
        and words[index - 1].text in ("to", "for", "with")
        and any(is_made(word) for word in words[:index])
    ):
        return False
    later = words[index + 1 : index + 6]
    somebody = tags.PEOPLE | tags.STAFF | tags.RESULT
    if any(left.tags & somebody and _is_a_task(right) for left, right in pairwise(later)):
        return False
    return any(near.tags & somebody or near.lemma == "meet" for near in later)


def _from_one_state_to_another(words: tuple[Token, ...], index: int) -> bool:
    """Recognise "from B to A" and "daily (from weekly)", but not "from start to finish"."""
    around = words[max(0, index - 1) : index + 2]
    if words[index].text == "from" and len(around) == 3 and around[0].tags & around[2].tags & tags.QUIET:
        return True
    if words[index].text != "from" or index + 2 >= len(words) or words[index + 1].text in NO_STATE:
        return False
    return any(word.text == "to" for word in words[index + 2 : index + 4])


def _is_a_first(shape: Shape, index: int) -> bool:
    """Recognise "first patient dosed by May", a milestone that somebody else makes true."""
    words = shape.reading.words
    leads = words[index].text == "first" and index < 2 and shape.verb is None
    return leads and len(words) > index + 2 and bool(words[index + 1].tags & tags.RESULT)


def _proves(shape: Shape, index: int) -> bool:
    words = shape.reading.words
    word = words[index]
    if _absent(shape, index) or _everyone(shape, index) or _from_one_state_to_another(words, index):
        return True
    return bool(word.tags & tags.PROOF) and word.text not in WEAK_PROOF and not shape.says(tags.VAGUE)


def _gradable(shape: Shape, *, labour: bool) -> Token | None:
    """Find what lets anyone grade a result without a number."""
    words = shape.reading.words
    for index, word in enumerate(words):
        following = words[index + 1].text if index + 1 < len(words) else ""
        if _nodded_through(shape, index):
            return None
        if word.text in USED_BY and following in ("by", "in") and not shape.says(tags.VAGUE):
            return word
        if not labour and (_proves(shape, index) or _is_a_first(shape, index)):
            return word
    verb = shape.verb
    if verb is None or labour or shape.says(tags.VAGUE):
        return None
    if shape.verb_is(tags.ATTAIN) and shape.noun is not None and shape.noun.lemma in THRESHOLDS:
        return shape.noun
    if verb.lemma not in ONE_OFF:
        return None
    if shape.noun is not None and shape.noun.tags & tags.DELIVERABLE and is_made(shape.noun):
        return None
    if verb.lemma in WITH_SOMEBODY and not shape.says(tags.RESULT):
        return None
    return verb if len(shape.object) > 1 else None


def _lasts(shape: Shape) -> Quantity | None:
    """Find the duration in "month-end close in 3 working days", which is a result and no date."""
    for item in shape.quantities:
        after = shape.reading.tokens[item.index + 1 : item.index + 2]
        if item.kind is Kind.FRAME and after and after[0].text in ("days", "day", "working", "business"):
            return item
    return None


def proof_of(shape: Shape) -> Verdict:
    """Decide what meeting this key result would prove."""
    word = labour_in(shape)
    labour = word is not None
    effects = tuple(item for item in shape.measures if is_effect(shape, item, labour=labour))
    if effects:
        return Verdict(Proof.MEASURED, "an effect is measured", None, effects)
    lasting = None if labour or shape.verb is not None else _lasts(shape)
    if lasting is not None:
        return Verdict(Proof.MEASURED, "a duration is measured", None, (lasting,))
    graded = _gradable(shape, labour=labour)
    if graded is not None:
        return Verdict(Proof.GRADABLE, f"“{graded.text}” can be checked by anyone", graded, ())
    if any(item.kind is Kind.PERCENT for item in shape.measures):
        return Verdict(Proof.SHARE_OF_WORK, "the share counts work done, not its effect", word, ())
    if labour or any(not only_places(shape, item) for item in shape.measures):
        return Verdict(Proof.OWN_WORK, "only the author's own work is counted", word or shape.noun, ())
    return Verdict(Proof.CLAIM, "nothing says when it is met", shape.verb or shape.noun, ())
