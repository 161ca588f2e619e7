"""What the user wants with a message, judged by its words and never by substrings: "okr" holds no "ok"."""

import re

from profiling.simulator import words as lexicon
from profiling.simulator.words import words_of

APPROVES, ASKS, CHANGE = "approves", "asks", "requests_change"
PROPOSES, INFORMS, OTHER = "proposes", "informs", "other"

# A longer message says more than yes.
LONGEST_YES = 12
LONGEST_PHRASED_YES = 30


def intent_of(text: str, *, proposal: bool, has_draft: bool) -> str:
    """Classify a message; `proposal` says that it holds an objective or key results of the user's own."""
    words = words_of(text)
    if not words:
        return OTHER
    if has_draft and wants_change(text):
        return CHANGE
    if not proposal and approves(text):
        return APPROVES
    if proposal:
        return PROPOSES
    if "?" in text or _opens_a_question(words):
        return ASKS
    return INFORMS if len(words) > 1 else OTHER


def _opens_a_question(words: list[str]) -> bool:
    """A question without its mark: "what next", "do we need it", and not "do more stuff"."""
    if words[0] in lexicon.REQUESTS:
        return words[0] in lexicon.PLAIN_REQUESTS or (len(words) > 1 and words[1] in ("me", "us"))
    if words[0] in lexicon.AUXILIARIES:
        return len(words) > 1 and words[1] in lexicon.PRONOUNS
    return words[0] in lexicon.QUESTION_STARTS


def approves(text: str) -> bool:
    """Whether the message is a yes and nothing but a yes."""
    words, joined = words_of(text), _joined(text)
    if not words or _negated(words) or lexicon.TURNS.intersection(words):
        return False
    if _has(joined, lexicon.APPROVING_PHRASES):
        return len(words) <= LONGEST_PHRASED_YES and words[0] not in lexicon.QUESTION_STARTS
    if "?" in text or len(words) > LONGEST_YES or any(character.isdigit() for character in text):
        return False
    if words[0] in lexicon.YES_WORDS:
        # "Yes, we measure that" tells a fact: what it points at does not make it a yes to the draft.
        pointing = lexicon.POINTING_WORDS if words[1:2] and words[1] in lexicon.SPEAKERS else frozenset[str]()
        return len(words) <= 2 or bool(lexicon.AGREEING_WORDS.intersection(words[1:]) - pointing)
    praised = words[0] in lexicon.PRAISE_WORDS
    return praised and bool(re.match(r"^\W*\w+\s*([^\w\s]|$)", text))


def wants_change(text: str) -> bool:
    """Whether the message asks to change what is on the table, even if it starts with a yes."""
    words, joined = words_of(text), _joined(text)
    if not words or _changes_nothing(joined):
        return False
    if words[0] == "no" and not lexicon.AFTER_HARMLESS_NO.intersection(words[1:2]):
        return True
    if joined.startswith(tuple(f" {start} " for start in lexicon.REFUSING_STARTS)):
        return True
    if _has(joined, lexicon.REFUSING_PHRASES) or _takes_back(words, joined):
        return True
    return _edits(words, joined)


def _takes_back(words: list[str], joined: str) -> bool:
    """A yes with a but."""
    agreeing = words[0] in lexicon.YES_WORDS | lexicon.PRAISE_WORDS or _has(joined, lexicon.APPROVING_PHRASES)
    return agreeing and bool(lexicon.TURNS.intersection(words))


def _edits(words: list[str], joined: str) -> bool:
    said = set(words)
    about_draft = bool(lexicon.DRAFT_WORDS & said)
    asked = joined.startswith(tuple(f" {start} " for start in lexicon.ASKING_STARTS))
    turned = set(_after_a_turn(words)[:3])
    leading = set(words[:3]) | turned
    if about_draft and _has(joined, lexicon.COMPLAINTS):
        return True
    if lexicon.REWORD_VERBS & (said if asked else leading):
        return True
    if about_draft and lexicon.CHANGE_VERBS & (said if asked else leading):
        return True
    if about_draft and lexicon.TARGET_VERBS & (leading if "target" in said else turned):
        return True
    making = bool({"make", "be"} & said)
    return about_draft and making and bool(lexicon.COMPARATIVES & said)


def _after_a_turn(words: list[str]) -> list[str]:
    """What follows a but: "I'm sure about the data, but let's lower the first"."""
    turn = next((index for index, word in enumerate(words) if word in lexicon.TURNS), len(words))
    return words[turn + 1 :]


def _changes_nothing(joined: str) -> bool:
    quiet = ("nothing to change", "no changes", "no further changes", "change anything", "change nothing")
    return _has(joined, quiet)


def _negated(words: list[str]) -> bool:
    """Whether a negation speaks against the yes; "no changes" and "don't change" speak for it."""
    return any(
        word in lexicon.NEGATIONS
        and not {"change", "changes", "further"}.intersection(words[index + 1 : index + 3])
        for index, word in enumerate(words)
    )


def _joined(text: str) -> str:
    return f" {' '.join(words_of(text))} "


def _has(joined: str, phrases: tuple[str, ...]) -> bool:
    return any(f" {phrase} " in joined for phrase in phrases)
