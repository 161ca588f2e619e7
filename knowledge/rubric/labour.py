"""Telling the author's own work from an effect on somebody or something."""

from typing import Final

from knowledge.rubric.counting import counted
from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.bag import bag
from knowledge.rubric.quantities import Kind, Quantity
from knowledge.rubric.reading import Token
from knowledge.rubric.shape import BREAKS, MOVED_WORDS, Shape

REACHING: Final = tags.CHANGE | tags.ATTAIN | tags.SERVE | tags.ASPIRE
EFFECTS: Final = tags.RESULT | tags.METRIC | tags.OUTCOME | tags.PEOPLE
OWNING: Final = bag("get have see enable")
MET: Final = bag("need expectation demand target goal deadline standard requirement quota sla slo")
FIXING: Final = bag("fix solve improve optimise simplify refine streamline enhance upgrade consolidate")
#: Work that comes in by itself: getting a number of these done is a day's work, not a result.
INCOMING: Final = bag("ticket bug issue request story task incident enquiry inquiry defect")
CLEARING: Final = bag(
    """
    close fix solve resolve process answer handle clear work tackle address squash complete finish
    """
) | {"pay down", "work off", "work through", "burn down"}
#: What others do with their hours: "hours watched" is an effect, "hours invested" is not.
TAKEN_UP: Final = bag("watched saved listened streamed viewed read played logged volunteered billed booked")
#: Work told as a thing: "introduction of a new till".
DEEDS: Final = bag(
    """
    implementation introduction creation selection development completion rollout launch design
    preparation setup migration installation deployment execution integration documentation publication
    organisation organization review definition planning recruitment renovation translation modernisation
    digitisation digitalisation construction establishment adoption
    """
)
MAKING: Final = bag("build create design develop craft produce")
#: What gets built stone by stone: a number of these is a building programme.
BUILDINGS: Final = bag(
    """
    farm house home school clinic hospital store shop warehouse well plant factory station classroom
    apartment road bridge kitchen playground park centre center hub library
    """
)
#: Putting more of these in is effort, and "more training sessions" is more work.
FEEDING: Final = bag("increase raise grow boost double")
FED: Final = bag("spend budget investment headcount expenditure")
CREWS: Final = bag("team staff workforce crew department headcount")
#: These gain something, or are only done: "raise 3 million" and "raise 3 walls".
TWO_SENSED: Final = bag("fill plant source enter cover place register divert cross raise qualify")
#: Units of a body or a thing: "deadlift 140 kg" tells how strong, not how busy.
PHYSICAL: Final = bag(
    "kg g lb lbs pounds km miles mile m metres meters litres liters kwh mwh mw gw tonnes tons watts"
)
#: Farther than this from the verb no number is what it acts on.
NEAR: Final = 12
DONE: Final = bag("built written held sent made live done set rebuilt rewritten run")


def is_made(token: Token) -> bool:
    """Say whether a noun is a thing made or done, and not also a result."""
    return bool(token.tags & tags.MADE) and not token.tags & EFFECTS


def follows_verb(shape: Shape, quantity: Quantity) -> bool:
    """Say whether the number is what the verb acts on: "interview at least 20 customers"."""
    if shape.verb is None:
        return False
    if not 0 < quantity.index - shape.verb_index <= NEAR:
        return False
    nearby = shape.reading.tokens[shape.verb_index + 1 : quantity.index]
    between = [token.text for token in nearby if token.kind == "word"]
    near = (
        {"at", "of", "or", "and"}
        if shape.verb.tags & tags.DELIVER
        else {"at", "of", "or", "and", "to", "with"}
    )
    return len(between) <= 3 and not any(text in BREAKS and text not in near for text in between)


def counts_directly(shape: Shape) -> bool:
    """Say whether the verb acts on a counted number of things: "fix 50 bugs", "fix the top 10 bugs"."""
    return any(item.kind in (Kind.COUNT, Kind.RANK) and follows_verb(shape, item) for item in shape.measures)


def works_off(shape: Shape) -> bool:
    """Say whether the verb gets rid of work that comes in by itself: "close tickets"."""
    if shape.verb is None or shape.noun is None or shape.verb.lemma not in CLEARING:
        return False
    return bool(INCOMING & {shape.noun.lemma, shape.noun.text.split()[-1].removesuffix("s")})


def clears(shape: Shape) -> bool:
    """Recognise "close 120 tickets": the number only says how much work came in and was done."""
    return works_off(shape) and counts_directly(shape)


def _makes_many(shape: Shape, verb: Token) -> bool:
    """Recognise "build 40 levels" and "make 40 visits": a counted product of one's own hands."""
    noun = shape.noun
    if noun is None or not counts_directly(shape):
        return False
    if verb.lemma == "make":
        return bool(noun.tags & tags.EVENT)
    if verb.lemma in ("build", "construct", "equip", "furnish") and noun.text.removesuffix("s") in BUILDINGS:
        return True
    earned = tags.RESULT | tags.PEOPLE | tags.OUTCOME
    return verb.lemma in MAKING and bool(noun.tags & tags.METRIC) and not noun.tags & earned


def _is_theirs(shape: Shape) -> bool:
    return any(word.tags & tags.PEOPLE for word in shape.rest)


def feeds(shape: Shape) -> bool:
    """Recognise "increase the number of trainings" and "grow the team to 12": more is put in."""
    if shape.verb is None or shape.verb.lemma not in FEEDING or shape.noun is None:
        return False
    if shape.noun.lemma in FED and not any(word.tags & tags.PEOPLE for word in shape.object[:-1]):
        return not _is_theirs(shape)
    if shape.noun.text in CREWS and bool(shape.measures):
        return True
    return is_made(shape.noun) and any(word.lemma in ("number", "amount") for word in shape.object)


def _does_more(shape: Shape, verb: Token) -> bool:
    """Recognise more of the same work, and a count after a verb of two senses: "plant 3 km of hedges"."""
    if feeds(shape):
        return True
    first = shape.measures[0] if shape.measures else None
    if verb.lemma not in TWO_SENSED or first is None or not counts_directly(shape):
        return False
    noun = counted(shape.reading, first)
    return noun is None or not noun.tags & EFFECTS


def _crafts(shape: Shape) -> bool:
    noun = shape.noun
    if noun is not None and noun.tags & tags.EVENT and shape.verb is not None and shape.verb.lemma == "give":
        return True
    if noun is None or is_made(noun):
        return noun is not None or not shape.measures
    if not shape.measures and shape.says(tags.VAGUE | tags.VIVID):
        return False
    return not noun.tags & EFFECTS and not noun.tags & tags.FUZZY


def meets_a_need(shape: Shape) -> bool:
    """Tell "meet the demand" from "meet a supplier"."""
    verb = shape.verb
    return verb is not None and verb.lemma == "meet" and any(word.lemma in MET for word in shape.object)


def _acts_on_somebody(shape: Shape) -> bool:
    return shape.noun is not None and bool(shape.noun.tags & (tags.PEOPLE | tags.MADE))


def _moves(shape: Shape) -> bool:
    """Say whether a value goes from somewhere to somewhere: "bring the bill from $9k down to $5k"."""
    return len(shape.measures) > 1 and "from" in {word.text for word in shape.reading.words}


def _leaves_nothing(shape: Shape) -> bool:
    """Recognise "with no findings" and "without complaints", which somebody else decides."""
    rest = shape.rest
    return any(
        word.text in ("no", "zero", "without") and any(near.tags & tags.METRIC for near in rest[index + 1 :])
        for index, word in enumerate(rest)
    )


def _is_labour(shape: Shape, verb: Token) -> bool:
    noun = shape.noun
    if meets_a_need(shape) or (verb.lemma == "support" and shape.measures and not _acts_on_somebody(shape)):
        return False
    if verb.lemma in ("get", "have") and any(word.text == "trained" for word in shape.reading.words):
        return True
    if clears(shape) or _makes_many(shape, verb) or _does_more(shape, verb):
        return True
    if verb.tags & tags.WORK and not verb.tags & REACHING:
        return True
    if verb.lemma in OWNING:
        made = any(is_made(word) for word in shape.object) and not _leaves_nothing(shape)
        return made and not any(word.tags & (tags.PEOPLE | tags.RESULT) for word in shape.object)
    if verb.tags & tags.CRAFT:
        return _crafts(shape) and not _moves(shape)
    known = noun is not None and noun.tags & EFFECTS
    if verb.lemma == "book":
        return counts_directly(shape) and not known
    if verb.lemma in FIXING:
        return counts_directly(shape)
    return bool(verb.tags & tags.SERVE) and counts_directly(shape) and not known


def _is_hyphened(shape: Shape, word: Token) -> bool:
    return shape.reading.text[word.end : word.end + 1] == "-"


def is_told_as_a_thing(shape: Shape) -> Token | None:
    """Recognise "introduction of a new till", work that hides in a noun."""
    words = shape.reading.words
    if len(words) < 3 or words[0].text not in DEEDS or words[1].text != "of":
        return None
    return words[0]


def _done(shape: Shape) -> Token | None:
    """Find own work told as done: "website launched", but not "parcels delivered"."""
    subject: Token | None = None
    for word in shape.reading.words:
        finished = word.text.endswith("ed") or (word.text in DONE and not _is_hyphened(shape, word))
        worked = word.tags & (tags.WORK | tags.CRAFT) or word.text == "done"
        if finished and worked and not word.tags & (tags.ATTAIN | tags.CHANGE):
            if word.text in TAKEN_UP and (subject is None or not is_made(subject)):
                return None
            known = subject is not None and not is_made(subject)
            moved = any(other.text in MOVED_WORDS for other in shape.reading.words)
            return None if known or moved else word
        if word.tags & (tags.MADE | EFFECTS):
            subject = word
        elif not word.tags and word.text.endswith("s"):
            subject = None
    return None


def _unknown_deed(shape: Shape) -> Token | None:
    """Guess that an unknown word right before a bare count is a deed: "knead 40 loaves"."""
    tokens = shape.reading.tokens
    if len(tokens) < 3 or tokens[0].kind != "word" or tokens[0].tags or not shape.measures:
        return None
    first = shape.measures[0]
    noun = counted(shape.reading, first)
    known = noun is not None and noun.tags & EFFECTS
    if tokens[2].text in PHYSICAL or first.index != 1 or first.kind is not Kind.COUNT:
        return None
    if known or shape.says(tags.METRIC):
        return None
    return tokens[0]


def _is_defined(shape: Shape) -> bool:
    """Recognise "releases rolled back: under 2%", a metric with its target after a colon."""
    first = shape.measures[0].index if shape.measures else 0
    return any(token.text == ":" for token in shape.reading.tokens[1:first][:12])


def labour_in(shape: Shape) -> Token | None:
    """Give the word that shows the text tells of work, or nothing."""
    if shape.verb is None and _is_defined(shape):
        return None
    if shape.verb is None:
        return is_told_as_a_thing(shape) or _unknown_deed(shape) or _done(shape)
    return shape.verb if _is_labour(shape, shape.verb) else None
