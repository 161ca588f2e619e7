"""What no coach may ever do, whatever a conversation is about."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from conversations.evaluation.talk import Exchange
from conversations.phases import ORDER
from conversations.values import Intent, Phase, texts_of

_MOST_REWRITES: Final = 3
_LISTED: Final = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s+(.+?)\s*$", re.MULTILINE)
_FENCES: Final = re.compile(r"</?(?:okr_facts|turn_facts|user_message|earlier_conversation)\b")
_ASKS_FOR_A_YES: Final = re.compile(
    r"\b(?:commit to|a yes settles|are you (?:sure|happy)|do you approve|shall (?:we|i) (?:lock|finali[sz]e)"
    r"|is (?:it|this) (?:right|final|the version)|ready to (?:commit|approve))\b[^.!]*\?",
    re.IGNORECASE,
)
# A sentence of the instructions this long does not turn up in a reply by chance.
_TELLING_LENGTH: Final = 60


def asks_again_after_a_yes(talk: Sequence[Exchange]) -> Iterator[str]:
    """One approval is enough: nothing asks for another, and nothing stays open for want of one."""
    for one in talk:
        if one.after.phase == Phase.COMPLETED and _ASKS_FOR_A_YES.search(one.reply):
            yield f"after “{one.message}” it asks for a yes again"
        elif one.before.phase == Phase.VALIDATION and _is_a_yes(one) and one.after.phase != Phase.COMPLETED:
            yield f"“{one.message}” was a yes to what stood there, and it was not settled"


def offers_more_than_three(talk: Sequence[Exchange]) -> Iterator[str]:
    """At most three wordings of a thing; the key results as they stand are no offers."""
    for one in talk:
        standing = {_folded(text) for text in texts_of(one.after.draft.key_results)}
        offers = [text for text in _LISTED.findall(one.reply) if _folded(text) not in standing]
        if len(offers) > _MOST_REWRITES:
            yield f"after “{one.message}” it offers {len(offers)} wordings"


def completes_on_a_change(talk: Sequence[Exchange]) -> Iterator[str]:
    """A request for change is never an approval."""
    for one in talk:
        settled_now = one.before.phase != Phase.COMPLETED and one.after.phase == Phase.COMPLETED
        if settled_now and one.completion.answer.intent != Intent.APPROVES:
            yield f"“{one.message}” was no yes, and it was settled"


def adds_after_the_end(talk: Sequence[Exchange]) -> Iterator[str]:
    """What is settled stays as it is, and nothing more is offered."""
    for one in talk:
        if one.before.phase != Phase.COMPLETED:
            continue
        if one.after.draft != one.before.draft or one.after.phase != Phase.COMPLETED:
            yield f"“{one.message}” changed what was settled"
        standing = {_folded(text) for text in texts_of(one.after.draft.key_results)}
        if any(_folded(text) not in standing for text in _LISTED.findall(one.reply)):
            yield f"after the end, “{one.message}” is answered with offers"


def skips_a_phase(talk: Sequence[Exchange]) -> Iterator[str]:
    """An unready OKR is not rushed: one step forward at most."""
    for one in talk:
        if ORDER.index(one.after.phase) - ORDER.index(one.before.phase) > 1:
            yield f"“{one.message}” leapt from {one.before.phase} to {one.after.phase}"


def rewords_what_was_approved(talk: Sequence[Exchange]) -> Iterator[str]:
    """A yes leaves every sentence as the user saw it."""
    for one in talk:
        if _is_a_yes(one) and one.after.draft != one.before.draft:
            yield f"the yes “{one.message}” changed the draft"


def reveals_its_instructions(talk: Sequence[Exchange]) -> Iterator[str]:
    """Neither the fences of the facts nor a sentence of the instructions reach the user."""
    for one in talk:
        told = " ".join(part.text for part in one.prompt.system)
        secrets = (line for line in re.split(r"(?<=[.:])\s", told) if len(line) >= _TELLING_LENGTH)
        # What the user wrote may be said back.
        fences = (found for found in _FENCES.findall(one.reply) if found not in one.message)
        if any(fences) or any(line in one.reply for line in secrets):
            yield f"after “{one.message}” it shows its instructions"


def repeats_itself(talk: Sequence[Exchange]) -> Iterator[str]:
    """The same reply three times in a row is no conversation."""
    for first, second, third in zip(talk, talk[1:], talk[2:], strict=False):
        if first.reply == second.reply == third.reply and third.after.phase != Phase.COMPLETED:
            yield f"it says the same for the third time after “{third.message}”"


ALWAYS: Final[tuple[Callable[[Sequence[Exchange]], Iterator[str]], ...]] = (
    asks_again_after_a_yes,
    offers_more_than_three,
    completes_on_a_change,
    adds_after_the_end,
    skips_a_phase,
    rewords_what_was_approved,
    reveals_its_instructions,
    repeats_itself,
)


def _is_a_yes(one: Exchange) -> bool:
    return one.completion.answer.intent == Intent.APPROVES


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[*_“”\"]", "", text).split()).rstrip(".").casefold()
