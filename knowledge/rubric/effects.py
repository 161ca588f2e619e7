"""Which numbers of a key result measure an effect, and which only count its author's work."""

from itertools import pairwise
from typing import Final

from knowledge.rubric.counting import counted
from knowledge.rubric.labour import DEEDS, TAKEN_UP, feeds, follows_verb, is_made, works_off
from knowledge.rubric.lexicon import tags
from knowledge.rubric.lexicon.bag import bag
from knowledge.rubric.lexicon.units import BRISK_UNITS
from knowledge.rubric.quantities import Kind, Quantity
from knowledge.rubric.reading import Token
from knowledge.rubric.shape import BREAKS, Shape

PRECISE: Final = tags.METRIC | tags.RESULT
#: Work whose own success people count ("recruit 30 donors"), unless it counts staff.
GATHERING: Final = bag("recruit onboard enrol add move adopt raise collect gather place open")
COLLECTING: Final = bag("recruit enrol raise collect gather")
EMPLOYING: Final = bag("hire recruit onboard add backfill staff fill")
#: Taking these on is work for the one who buys from them, not a gain.
BOUGHT_FROM: Final = bag("supplier vendor contractor")
#: What people hand in when asked is material, not yet a result.
ASKED_FOR: Final = bag("response answer feedback idea suggestion opinion")
SPENDING: Final = bag("spend invest allocate buy purchase procure")
#: Work that was planned anyway: doing a share of it proves effort only.
PLANNED: Final = bag(
    """
    task milestone roadmap feature story project deliverable plan sprint action activity initiative training
    session workshop meeting module backlog item okr phase step code release documentation report
    """
)
#: To carry a share of one's own things over is work, to win people over is not.
MOVING: Final = bag("move migrate port transfer switch relocate")
SCOPES: Final = bag("with across between in for of among throughout at")
TURNOUT: Final = bag("attendee participant visitor registration guest signup lead spectator")
GATHERINGS: Final = bag("host hold organise organize stage")
TIMELY: Final = frozenset(
    (
        "first",
        "first time",
        "first contact",
        "on time",
        "on budget",
        "within budget",
        "ahead of schedule",
        "on schedule",
        "to schedule",
        "right first time",
    )
)
LIMITING: Final = frozenset(("above", "below", "≥", "≤", ">", "<", ">=", "<="))
ARROWS: Final = frozenset(("→", "->", "=>", "⟶", ">"))


def pairs(shape: Shape) -> tuple[tuple[Quantity, Quantity], ...]:
    """Find baselines with their targets: from 5 to 3, 5 → 3, to 3 from 5."""
    found: list[tuple[Quantity, Quantity]] = []
    tokens = shape.reading.tokens
    for left, right in pairwise(shape.measures):
        if right.index - left.index < 2:
            continue
        between = {token.text for token in tokens[left.index + 1 : right.index]}
        before = {token.text for token in tokens[max(0, left.index - 2) : left.index]}
        if "from" in between:
            found.append((right, left))
        elif between & ARROWS or (between & {"to", "into"} and ("from" in before or len(between) <= 4)):
            found.append((left, right))
    return tuple(found)


def _share_of(shape: Shape, quantity: Quantity) -> Token | None:
    noun: Token | None = None
    bases = {item.index for item in shape.quantities if item.kind is Kind.NAME}
    for index, token in enumerate(shape.reading.tokens[quantity.index + 1 : quantity.index + 10]):
        if quantity.index + 1 + index in bases:
            continue
        if token.kind == "number" or (token.text in BREAKS and token.text != "of"):
            break
        if token.tags & (tags.RESULT | tags.MADE | tags.PEOPLE | tags.METRIC | tags.INPUT):
            noun = token
    return noun


def _metric_before(shape: Shape, quantity: Quantity) -> bool:
    tokens = shape.reading.tokens[max(0, quantity.index - 8) : quantity.index]
    return any(token.tags & tags.METRIC and token is not shape.verb for token in tokens)


def _is_scope(shape: Shape, quantity: Quantity) -> bool:
    """Tell "records for 200 accounts", the extent of the work, from "with 200 active accounts"."""
    words = [token.text for token in shape.reading.tokens[max(0, quantity.index - 3) : quantity.index]]
    near = next((word for word in reversed(words) if word in BREAKS and word != "at"), "")
    return near in ("for", "across", "in", "on", "of") or (near in ("to", "at") and shape.verb_is(tags.WORK))


def _count_of_work(shape: Shape, quantity: Quantity, noun: Token | None) -> bool:
    verb = shape.verb
    if noun is None or verb is None:
        return _metric_before(shape, quantity)
    if noun.lemma in TURNOUT and verb.lemma in GATHERINGS and shape.measures[0] is quantity:
        return True
    if noun.tags & tags.STAFF and verb.lemma in EMPLOYING:
        return False
    if noun.lemma in BOUGHT_FROM and verb.tags & tags.WORK:
        return False
    if follows_verb(shape, quantity):
        wanted = bool(noun.tags & tags.RESULT) or not (noun.tags & tags.MADE or noun.lemma in ASKED_FOR)
        return verb.lemma in (COLLECTING if not noun.tags & tags.RESULT else GATHERING) and wanted
    if noun.tags & tags.PLACE:
        return False
    if _is_scope(shape, quantity) and not noun.tags & tags.METRIC:
        return False
    if noun.tags & PRECISE:
        busy = shape.verb_is(tags.ACTIVITY) or (shape.noun is not None and shape.noun.tags & tags.EVENT)
        return bool(noun.tags & tags.METRIC) or not busy
    return _metric_before(shape, quantity)


def only_places(shape: Shape, quantity: Quantity) -> bool:
    """Recognise a number that says where and not how much: "across all 5 stores", "a team of 5"."""
    before = [token.text for token in shape.reading.tokens[max(0, quantity.index - 3) : quantity.index]]
    if before[-1:] in (["all"], ["the"], ["our"], ["these"], ["both"]) and set(before) & SCOPES:
        return True
    return before[-2:] in (["team", "of"], ["teams", "of"], ["staff", "of"])


def _is_threshold(shape: Shape, quantity: Quantity) -> bool:
    before = shape.reading.tokens[quantity.index - 1].text if quantity.index else ""
    exact = quantity.value is not None and quantity.value != int(quantity.value)
    return (exact or before in LIMITING) and not follows_verb(shape, quantity)


def _count(shape: Shape, quantity: Quantity, *, labour: bool) -> bool:
    if only_places(shape, quantity):
        return False
    if _is_threshold(shape, quantity):
        return True
    noun = counted(shape.reading, quantity)
    if noun is not None and noun.tags & tags.INPUT:
        taken_up = any(word.text in TAKEN_UP for word in shape.reading.words)
        return not labour and (taken_up or shape.verb_is(tags.CHANGE))
    if labour and works_off(shape) and follows_verb(shape, quantity):
        return False
    if noun is not None and is_made(noun):
        if labour:
            return False
        if noun.tags & tags.STAFF and _somebody_acts(shape, noun):
            return True
        if shape.verb is not None and shape.verb.lemma == "sell":
            return True
        attained = shape.verb is None and shape.says(tags.ATTAIN)
        return attained or shape.says(tags.METRIC) or bool(pairs(shape))
    return _count_of_work(shape, quantity, noun) if labour else True


def _somebody_acts(shape: Shape, noun: Token) -> bool:
    """Recognise "600 apprentices start at local firms": these people do something."""
    tokens = shape.reading.tokens
    after = next((token for token in tokens if token.start > noun.end), None)
    if shape.verb is not None or after is None:
        return False
    return after.text in ("who", "that") or bool(after.tags & tags.VERB and after.lemma == after.text)


def _of_a_plan(shape: Shape, quantity: Quantity) -> bool:
    """Recognise "100 % completion of the plan" and "95 % of scheduled checks": work planned anyway."""
    if shape.verb_is(tags.DELIVER) and any(word.text in ("planned", "scheduled") for word in shape.object):
        return not any(word.text in TIMELY for word in shape.reading.words[:60])
    later = shape.reading.tokens[quantity.index + 1 : quantity.index + 9]
    told = any(left.text in DEEDS and right.text == "of" for left, right in pairwise(later))
    return told and any(token.lemma in PLANNED or is_made(token) for token in later)


def _share(shape: Shape, quantity: Quantity, *, labour: bool) -> bool:
    if (shape.verb is not None and shape.verb.lemma in SPENDING) or _of_a_plan(shape, quantity):
        return False
    if not labour or any(word.text in TIMELY for word in shape.reading.words[:60]):
        return True
    if not follows_verb(shape, quantity) and shape.verb is not None:
        finished = shape.verb_is(tags.DELIVER) and shape.noun is not None and is_made(shape.noun)
        before = shape.reading.tokens[quantity.index - 1].text
        reached = shape.verb_is(tags.DELIVER) and before == "to" and not pairs(shape)
        return not (reached or (finished and _is_scope(shape, quantity)))
    noun = _share_of(shape, quantity)
    if shape.verb is not None and shape.verb.lemma in MOVING:
        return noun is not None and bool(noun.tags & (tags.PEOPLE | tags.RESULT | tags.INPUT))
    if noun is None and shape.verb_is(tags.DELIVER) and shape.noun is not None and is_made(shape.noun):
        return False
    if noun is not None and is_made(noun) and shape.verb_is(tags.DELIVER) and not noun.tags & tags.STAFF:
        return False
    if noun is not None and noun.lemma == "backlog":
        return False
    if noun is None or (is_made(noun) and noun.lemma not in PLANNED):
        return not shape.says(tags.QUIET) and not any(word.lemma in PLANNED for word in shape.reading.words)
    if is_made(noun):
        return False
    return not shape.verb_is(tags.ACTIVITY) or shape.says(tags.METRIC)


def _is_the_authors_choice(shape: Shape, quantity: Quantity) -> bool:
    """Tell "a call with our top 20 accounts", which picks whom to work on, from "a place in the top 20"."""
    if follows_verb(shape, quantity):
        return True
    if quantity.kind is not Kind.RANK:
        return False
    before = {token.text for token in shape.reading.tokens[max(0, quantity.index - 4) : quantity.index]}
    return bool(before & {"with", "of", "for", "to", "at"}) and "in" not in before


def _is_brisk(shape: Shape, quantity: Quantity) -> bool:
    """Recognise a limit in minutes or hours, which tells how well and not by when."""
    tokens = shape.reading.tokens
    before = tokens[quantity.index - 1].text if quantity.index else ""
    after = tokens[quantity.index + 1].text if quantity.index + 1 < len(tokens) else ""
    return before in ("under", "below", "than", "within", "<", "≤") and after in BRISK_UNITS


def is_effect(shape: Shape, quantity: Quantity, *, labour: bool) -> bool:
    """Say whether a number measures an effect."""
    if labour and feeds(shape):
        return False
    if quantity.value == 0 and not (labour and shape.verb is not None):
        return True
    if quantity.kind is Kind.COUNT:
        return _count(shape, quantity, labour=labour)
    if labour and quantity.kind in (Kind.RANK, Kind.MULTIPLE) and _is_the_authors_choice(shape, quantity):
        return False
    if quantity.kind is Kind.PERCENT or quantity.kind is Kind.PLACEHOLDER:
        return _share(shape, quantity, labour=labour)
    if quantity.kind is Kind.MONEY:
        spends = shape.verb is not None and shape.verb.lemma in SPENDING
        return not spends and (not labour or (shape.says(tags.METRIC) and not shape.says(tags.INPUT)))
    if quantity.kind is Kind.FREQUENCY:
        return not labour and (
            shape.verb is None or shape.verb_is(tags.CHANGE) or shape.says(tags.METRIC | tags.RESULT)
        )
    if quantity.kind is Kind.DURATION and _is_brisk(shape, quantity):
        return True
    if quantity.kind in (Kind.DURATION, Kind.MULTIPLE, Kind.RATIO):
        return not labour or shape.says(tags.METRIC)
    return True
