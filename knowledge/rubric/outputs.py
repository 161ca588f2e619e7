"""Telling an objective that asks for a thing to be made or a task to be done from one that enables."""

from itertools import pairwise
from typing import Final

from knowledge.rubric.labour import BUILDINGS, FEEDING, clears, counts_directly, is_made, meets_a_need
from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.bag import bag
from knowledge.rubric.quantities import Kind
from knowledge.rubric.reading import Token
from knowledge.rubric.shape import Shape, has_purpose

EFFECT: Final = tags.CHANGE | tags.ATTAIN | tags.ASPIRE
VALUED: Final = tags.OUTCOME | tags.METRIC | tags.PEOPLE
#: Verbs that help somebody else to something; what they help to is the outcome.
ENABLING: Final = bag(
    """
    help support assist give prepare train coach teach educate guide offer provide serve enable equip
    empower show bring connect mentor introduce
    """
)
SETTING_UP: Final = frozenset(("set", "set up", "position", "prepare"))
#: Verbs with so many senses that only a thing made after them shows work.
LOOSE: Final = bag(
    """
    run perform start begin prepare work learn practise practice move place hold set open
    put go play speak clean enter
    """
)
#: One of these held or opened is an event or a place, whatever it is called.
HOSTING: Final = bag("hold open")
IMPROVING: Final = bag("upgrade rebuild overhaul revamp refresh restructure ship finish")
MAKING: Final = bag("build create develop design produce")
INSTALLING: Final = bag("install deploy configure buy purchase add integrate produce")
PROVING: Final = bag("validate verify test demonstrate")
OWNING: Final = bag("get have put take make realise")
COUNTED_WORK: Final = bag("consolidate fill simplify fix")
#: More of these in what one makes is the change: "deliver faster, safer deployments".
COMPARED: Final = bag(
    "faster safer simpler cheaper quicker lighter cleaner smoother healthier greener fairer leaner easier"
)
#: To keep somebody so is more than keeping on.
UNHURT: Final = bag("safe unharmed healthy independent together warm")
IDLING: Final = bag("running going working operating happy")
#: Those who do something with what was made for them.
CROWD: Final = bag("people everyone everybody nobody anyone field team company world")
PRONOUNS: Final = bag("we they you")
SHIPPING: Final = frozenset(("ship", "release"))
SUCCESS: Final = frozenset(("successfully", "successful"))
#: To do something right at once is a quality of it, whatever it is.
FIRST_TIME: Final = frozenset(("first time", "first contact"))
CERTIFIED: Final = bag("certified certification accredited accreditation")
NOT_ACTS: Final = tags.METRIC | tags.MADE


def enables(shape: Shape) -> bool:
    """Say whether somebody else is helped to something, which is then the outcome."""
    verb = shape.verb
    somebody = tags.PEOPLE | tags.STAFF
    if verb is not None and verb.lemma in SETTING_UP and any(word.tags & somebody for word in shape.object):
        return "for" in {word.text for word in shape.rest} and shape.says(tags.OUTCOME)
    if verb is None or verb.lemma not in ENABLING:
        return False
    if verb.lemma == "support" and any(word.tags & tags.OUTCOME for word in shape.object):
        return True
    if verb.lemma != "help" and not any(word.tags & somebody for word in shape.object):
        return False
    later = [word for word in shape.reading.words if word.start > verb.start]
    if verb.lemma == "help" and not makes(shape):
        return "with" not in [word.text for word in shape.rest[:1]]
    acts = any(word.tags & (EFFECT | tags.CRAFT) and not word.tags & NOT_ACTS for word in later)
    return acts or shape.says(tags.VIVID) or bool(shape.reading.tags & tags.OUTCOME and not makes(shape))


def makes(shape: Shape) -> bool:
    """Say whether the object holds a thing made."""
    return any(is_made(word) for word in shape.object)


def lets_act(shape: Shape) -> bool:
    """Recognise "have our pilots asking for more": somebody else does something."""
    verb = shape.verb
    if verb is None or verb.lemma not in ("have", "get", "keep", "see"):
        return False
    words = shape.object + shape.rest
    somebody = tags.PEOPLE | tags.STAFF | tags.RESULT
    for index, (left, right) in enumerate(pairwise(words)):
        busy = right.text.endswith("ing") and (right.text not in IDLING or index + 2 < len(words))
        if (left.tags & somebody or not left.tags) and (busy or right.text in UNHURT):
            return True
    return False


def works(shape: Shape) -> bool:
    """Say whether the leading verb makes a thing or does a task."""
    verb = shape.verb
    if verb is None or enables(shape) or meets_a_need(shape) or lets_act(shape):
        return False
    particular = _works_in_particular(shape, verb)
    if particular is not None:
        return particular
    if verb.tags & tags.WORK and not verb.tags & EFFECT:
        return True
    if not verb.tags & tags.CRAFT or shape.noun is None:
        return False
    if "as" in {word.text for word in shape.rest[:1]}:
        return False
    unknown = not shape.noun.tags & ~tags.GENERIC
    if verb.lemma in MAKING and shape.noun.lemma in BUILDINGS:
        return True
    named = unknown and (_follows_made(shape, shape.noun) or _is_some_thing(shape))
    return named or is_made(shape.noun)


def _works_in_particular(shape: Shape, verb: Token) -> bool | None:
    """Decide for verbs whose object settles what they mean; None for all others."""
    if verb.lemma in FEEDING and "number" in {word.lemma for word in shape.object}:
        return shape.noun is not None and is_made(shape.noun)
    if verb.lemma in ("enable", "ensure"):
        return _enables_a_thing(shape) if verb.lemma == "enable" else _sees_to_it(shape)
    if clears(shape) or _earns_a_certificate(shape, verb):
        return True
    if verb.lemma in COUNTED_WORK:
        if verb.lemma == "fix" and shape.object[:1] and shape.object[0].text in ("all", "every"):
            return True
        return counts_directly(shape) and (makes(shape) or verb.lemma == "fill")
    if verb.lemma in OWNING:
        return makes(shape) and (verb.lemma != "make" or counts_directly(shape))
    if verb.lemma == "design" and shape.noun is not None and not shape.noun.tags & VALUED:
        return True
    return _works_loosely(shape, verb) if verb.lemma in LOOSE | HOSTING else None


def _works_loosely(shape: Shape, verb: Token) -> bool:
    if verb.lemma == "go" and [word.text for word in shape.object[:2]] == ["to", "the"]:
        return True
    if verb.lemma in HOSTING and _is_one(shape):
        return not any(word.tags & VALUED and not word.tags & tags.PEOPLE for word in shape.object)
    often = any(item.kind is Kind.FREQUENCY for item in shape.measures)
    return often or makes(shape) or any(is_made(word) for word in shape.rest)


def _enables_a_thing(shape: Shape) -> bool:
    return not shape.says(tags.OUTCOME) and "to" not in {word.text for word in shape.rest[:1]}


def _is_one(shape: Shape) -> bool:
    """Say whether one thing, or a number of things, is all that is asked: "open a shop in Leeds"."""
    first = {word.text for word in shape.object[:2]}
    one = not first.isdisjoint(("a", "an", "another")) or {"the", "new"} <= first or {"our", "new"} <= first
    return one or counts_directly(shape)


def _sees_to_it(shape: Shape) -> bool:
    """Recognise "ensure everybody completes the training": somebody else's task is still a task."""
    deeds = [word for word in shape.object if word.tags & tags.DELIVER and not word.tags & tags.MADE]
    return bool(deeds) and shape.noun is not None and is_made(shape.noun)


def _earns_a_certificate(shape: Shape, verb: Token) -> bool:
    """Recognise "get ISO 27001 certified": a paper to hold, for whatever reason."""
    paper = any(word.text in CERTIFIED for word in shape.object)
    return paper and bool(verb.tags & tags.ATTAIN)


def _follows_made(shape: Shape, noun: Token) -> bool:
    """Recognise a project by its name: "project Phoenix"."""
    return any(is_made(left) and right is noun for left, right in pairwise(shape.object))


def _is_some_thing(shape: Shape) -> bool:
    """Recognise "build an admin console": one thing, for nobody and for no reason."""
    makes = shape.verb is not None and shape.verb.lemma in MAKING
    first = {word.text for word in shape.object[:2]}
    article = not first.isdisjoint(("a", "an")) or {"the", "new"} <= first
    return makes and article and not shape.rest and not shape.says(VALUED | tags.VIVID | tags.BIG)


def others_act_on_it(shape: Shape) -> bool:
    """Recognise "do work our clients brag about": somebody else does something with what is made."""
    words = shape.object + shape.rest
    for index in range(1, len(words) - 1):
        before, word, after = words[index - 1], words[index], words[index + 1]
        if before.tags & tags.STOP and index > 1:
            before = words[index - 2]
        many = word.text in PRONOUNS or (word.tags & tags.PEOPLE and word.text != word.lemma)
        named = not before.tags & (tags.STOP | (tags.VERB & ~tags.WORK))
        if (many or word.text in CROWD) and named and _is_a_deed(after, surely=bool(many)):
            return True
    return False


def _is_a_deed(token: Token, *, surely: bool) -> bool:
    if token.text.endswith(("ing", "ed")):
        return False
    known = bool(token.tags & tags.VERB) and (surely or not token.tags & tags.MADE)
    return known or (not token.tags and not token.text.endswith(("s", "ion", "ment", "ity")))


def redeemed(shape: Shape) -> str:
    """Say what lifts a thing to be made above a mere output, or nothing."""
    verb = shape.verb
    if has_purpose(shape) or others_act_on_it(shape):
        return "names the effect it is for"
    improves = verb is not None and verb.lemma in IMPROVING
    valued = shape.noun is not None and bool(shape.noun.tags & tags.OUTCOME)
    installs = verb is not None and (verb.lemma in INSTALLING or verb.lemma in ("set up", "fix"))
    valued = not installs and (valued or (improves and shape.says(tags.OUTCOME))) and not makes(shape)
    if not FIRST_TIME.isdisjoint(word.text for word in shape.reading.words):
        return "asks how well it is done"
    if not SUCCESS.isdisjoint(word.text for word in shape.reading.words):
        return "asks for success, not only for delivery"
    praised = any(not word.tags & tags.VAGUE for word in shape.reading.all(tags.VIVID))
    loose = verb is not None and verb.lemma in LOOSE and praised
    busy = verb is not None and not loose and not verb.tags & (tags.CRAFT | tags.DELIVER)
    if busy and verb is not None and verb.tags & tags.ACTIVITY:
        proving = verb.lemma in PROVING and (
            valued or "that" in {word.text for word in shape.reading.words[1:3]}
        )
        return "asks for proof of an outcome" if proving else ""
    if valued:
        return "acts on an outcome"
    if praised:
        return "names a standard worth reaching"
    compares = any(word.text in COMPARED for word in shape.object)
    several = any(item.kind is Kind.MULTIPLE for item in shape.measures)
    if compares and verb is not None and (verb.tags & tags.CRAFT or verb.lemma in SHIPPING or several):
        return "asks for more than there is"
    return ""
