"""Hold a conversation against its expectations, and against what is forbidden in every one."""

from collections.abc import Iterator
from dataclasses import dataclass

from conversations.evaluation.cases import Case, Expected
from conversations.evaluation.forbidden import ALWAYS
from conversations.evaluation.talk import Exchange
from conversations.values import texts_of


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that was not as it should be; what is forbidden weighs more than what is expected."""

    rule: str
    says: str
    forbidden: bool = False


def misses(case: Case, talk: list[Exchange]) -> tuple[Miss, ...]:
    """List everything in a conversation that was not as it should be."""
    expected = [
        miss
        for number, (wanted, got) in enumerate(zip(case.turns, talk, strict=True), 1)
        for miss in _of_turn(number, wanted, got)
    ]
    never = [Miss(rule.__name__, sentence, forbidden=True) for rule in ALWAYS for sentence in rule(talk)]
    return (*expected, *never, *_offered_again(case, talk))


def _of_turn(number: int, wanted: Expected, got: Exchange) -> Iterator[Miss]:
    draft, intent = got.after.draft, got.completion.answer.intent
    said = got.reply.casefold()
    codes = {finding.code for finding in got.findings}
    looks = (
        ("phase", wanted.phase, got.after.phase, got.after.phase in wanted.phase),
        ("intent", wanted.intent, intent, intent in wanted.intent),
        ("results", wanted.results, len(draft.key_results), len(draft.key_results) in wanted.results),
        ("finds", wanted.finds, sorted(codes), codes.issuperset(wanted.finds)),
        ("addresses", wanted.addresses, got.reply, any(word.casefold() in said for word in wanted.addresses)),
    )
    for rule, asked, found, holds in looks:
        if asked and not holds:
            yield Miss(rule, f"turn {number}: {_shown(asked)} was expected, and not {_shown(found)}")
    if wanted.objective is not None and wanted.objective != (draft.objective or ""):
        yield Miss("objective", f"turn {number}: “{wanted.objective}” was expected, not “{draft.objective}”")
    if wanted.key_results is not None and wanted.key_results != texts_of(draft.key_results):
        yield Miss("key_results", f"turn {number}: it holds {_shown(texts_of(draft.key_results))}")
    for text in wanted.never:
        if text.casefold() in said:
            yield Miss("never", f"turn {number}: the reply says “{text}”", forbidden=True)


def _offered_again(case: Case, talk: list[Exchange]) -> Iterator[Miss]:
    """What was rejected does not come back, unless the user brings it up."""
    for index, wanted in enumerate(case.turns):
        text = (talk[index].before.draft.objective or "").casefold()
        if not (wanted.rejects_objective and text):
            continue
        for later in talk[index:]:
            if text in later.reply.casefold() and text not in later.message.casefold():
                yield Miss(
                    "reoffers_what_was_rejected", f"it comes back after “{later.message}”", forbidden=True
                )


def _shown(value: object) -> str:
    if isinstance(value, tuple | list):
        return " or ".join(str(getattr(one, "value", one)) for one in value) or "nothing"
    return str(getattr(value, "value", value))
