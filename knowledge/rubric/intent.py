"""What an objective wants: an outcome, a thing to be made, more of the same, or nobody can tell."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from knowledge.rubric.crowding import is_crowded
from knowledge.rubric.labour import is_made, is_told_as_a_thing
from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.bag import bag
from knowledge.rubric.lexicon.units import TIME_UNITS
from knowledge.rubric.outputs import (
    EFFECT,
    VALUED,
    enables,
    lets_act,
    makes,
    others_act_on_it,
    redeemed,
    works,
)
from knowledge.rubric.reading import Token
from knowledge.rubric.shape import Shape, content_words, has_purpose
from knowledge.rubric.vagueness import is_bare, praises, praises_in_general, says_nothing, substance, wishes


class Intent(StrEnum):
    """The things an objective can be."""

    OUTCOME = "outcome"
    DIRECTION = "direction"
    RICH_OUTPUT = "rich_output"
    OUTPUT = "output"
    ROUTINE = "routine"
    VAGUE = "vague"
    CROWDED = "crowded"


@dataclass(frozen=True, slots=True)
class Aim:
    """The intent with the word that gave it away."""

    intent: Intent
    why: str
    word: Token | None


GROWS: Final = bag("grow improve raise expand lead win strengthen delight increase")
IDLE: Final = bag(
    """
    existing current routine ongoing usual regular regularly payroll maintenance bookkeeping upkeep
    backups
    """
)


def _output(shape: Shape) -> Aim:
    reason = redeemed(shape)
    if reason:
        return Aim(Intent.RICH_OUTPUT, reason, shape.verb)
    return Aim(Intent.OUTPUT, "names a thing to make or a task to do", shape.verb)


def _merely_serves(shape: Shape) -> bool:
    """Recognise "provide IT support to all departments", which says nothing of how well."""
    serves = any(word.text in ("support", "service", "services", "assistance") for word in shape.object[-2:])
    better = shape.says(tags.OUTCOME | tags.VAGUE | tags.VIVID | tags.BIG)
    return serves and not better and not has_purpose(shape) and not others_act_on_it(shape)


def recurs(shape: Shape) -> bool:
    """Say whether it is asked for again and again: every month, each day."""
    words = [word.text for word in shape.reading.words]
    return any(left in ("every", "each", "per") and right in TIME_UNITS for left, right in pairwise(words))


def _carries_on(shape: Shape, verb: Token) -> bool | None:
    """Settle what verbs of carrying on mean by what they carry on; None for all others."""
    if verb.lemma == "continue":
        return not has_purpose(shape) and not any(word.tags & EFFECT for word in shape.object[:2])
    if verb.lemma == "provide" and _merely_serves(shape):
        return True
    anyway = verb.lemma == "ensure" and any(word.tags & tags.QUIET for word in shape.reading.words)
    if anyway or (verb.lemma in ("close", "do") and recurs(shape) and not shape.measures):
        return True
    compared = [word.text for word in shape.object + shape.rest].count("as") > 1
    return False if verb.tags & tags.ROUTINE and (compared or lets_act(shape)) else None


def _routine(shape: Shape) -> Token | None:
    """Find what shows that this happens anyway."""
    carries_on = _carries_on(shape, shape.verb) if shape.verb is not None else None
    if carries_on is not None:
        return shape.verb if carries_on else None
    if shape.says(tags.VIVID | tags.BIG) or shape.verb_is(EFFECT | tags.CRAFT):
        return None
    for word in shape.reading.all(tags.ROUTINE | tags.QUIET):
        if " " in word.text:
            return word
    verb = shape.verb
    if verb is None:
        return None
    if verb.tags & tags.ROUTINE and not enables(shape) and not has_purpose(shape):
        grows = any(word.tags & (tags.CHANGE | tags.ASPIRE) for word in shape.object[:2])
        return None if grows or any(word.text in GROWS for word in shape.rest[:2]) else verb
    if verb.tags & tags.SERVE and not verb.tags & EFFECT and not shape.measures and not has_purpose(shape):
        return verb
    if recurs(shape) and not shape.measures and makes(shape):
        return verb
    idle = next((word for word in shape.reading.words if word.text in IDLE), None)
    return idle if verb.tags & (tags.ACTIVITY | tags.ROUTINE) else None


def _emptiness(shape: Shape) -> str:
    nothing = says_nothing(shape)
    if nothing:
        return nothing
    idle = shape.verb is not None and shape.verb.lemma in ("do", "try", "attempt")
    if idle and not makes(shape) and not redeemed(shape):
        return "says only that something is done"
    return "wishes for something nice" if wishes(shape) else ""


def aim_of(shape: Shape) -> Aim:
    """Decide what an objective is after."""
    if is_crowded(shape):
        return Aim(Intent.CROWDED, "asks for several things at once", None)
    routine = _routine(shape)
    if routine is not None:
        return Aim(Intent.ROUTINE, "describes what happens anyway", routine)
    empty = _emptiness(shape)
    if empty:
        return Aim(Intent.VAGUE, empty, shape.verb or shape.noun)
    if works(shape):
        return _output(shape)
    if shape.verb is None and _is_a_named_thing(shape):
        return Aim(Intent.OUTPUT, "names a thing, not a change", shape.noun)
    if not substance(shape) and not praises(shape) and not shape.measures:
        return Aim(Intent.VAGUE, "names nothing that could be seen to change", shape.verb)
    if shape.verb is None:
        return _verbless(shape)
    aimless = len(shape.reading.words) < 3 and (shape.noun is None or not shape.noun.tags)
    if shape.verb_is(tags.CHANGE | tags.ATTAIN | tags.CRAFT) and (aimless or is_bare(shape)):
        return Aim(Intent.VAGUE, "names only an everyday word", shape.noun or shape.verb)
    return Aim(Intent.OUTCOME, "names a change worth having", shape.verb)


def _is_a_named_thing(shape: Shape) -> bool:
    """Recognise "website relaunch" and "new corporate design": the name of a piece of work."""
    last = shape.reading.words[-1]
    deed = last.tags & tags.WORK and last.text == last.lemma and not last.tags & (tags.OUTCOME | tags.METRIC)
    plain = not shape.says(tags.VIVID | tags.BIG | tags.OUTCOME | tags.PEOPLE)
    return len(shape.reading.words) < 5 and plain and (bool(deed) or is_made(last))


def _verbless(shape: Shape) -> Aim:
    if (
        len(content_words(shape)) < 3
        and not shape.says(tags.VIVID | tags.BIG)
        and len(shape.reading.words) < 4
    ):
        return Aim(Intent.VAGUE, "names a topic, not a change", shape.noun)
    told = is_told_as_a_thing(shape)
    if told is not None:
        return Aim(Intent.OUTPUT, "names a thing to make or a task to do", told)
    if praises_in_general(shape):
        return Aim(Intent.VAGUE, "names only everyday words", shape.noun)
    if shape.says(VALUED | tags.VIVID):
        return Aim(Intent.OUTCOME, "names a state worth having", shape.noun)
    compares = any(
        word.text.endswith("er") and not word.tags & (tags.MADE | tags.PEOPLE) for word in shape.reading.words
    )
    if shape.noun is not None and is_made(shape.noun) and not compares:
        return Aim(Intent.OUTPUT, "names a thing, not a change", shape.noun)
    return Aim(Intent.DIRECTION, "gives a direction", shape.noun)
