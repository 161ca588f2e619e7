"""What a request for change does to the draft."""

import re
from dataclasses import dataclass

from profiling.simulator.draft import Draft, DraftResult
from profiling.simulator.drafts import rounded
from profiling.simulator.quantities import Quantity, parsed_result, quantities_in
from profiling.simulator.reading import tidy
from profiling.simulator.words import listed, words_of

ORDINALS = {
    "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4,
    "#1": 0, "#2": 1, "#3": 2, "#4": 3, "#5": 4,
    "kr1": 0, "kr2": 1, "kr3": 2, "kr4": 3, "kr5": 4,
}  # fmt: skip
HARDER = listed("tougher harder bolder challenging stronger higher raise ambitious easy push bump stretch")
SOFTER = listed("easier softer realistic lower unrealistic hard aggressive high much")
REMOVING = listed("remove drop delete")
# How much of the way from baseline to target a request for "tougher" or "easier" moves the target.
STEP = 0.2
FEWEST_WORDS = 3

_NEW_WORDING = re.compile(r"(?:\bto\b|\bwith\b|\bas\b|\bfor\b)?\s*[:\"“]\s*(?P<text>[^\"”\n]{6,200})", re.I)
_REPLACEMENT = re.compile(r"\b(?:with|to|for)\s+(?P<text>[A-Z\"“]?[^\n]{6,200})$")
_OBJECTIVE_WORDS = listed("objective wording goal")


@dataclass(frozen=True)
class Change:
    """The draft after a request, and what was done; or what remains to be asked."""

    draft: Draft
    done: str = ""
    question: str = ""
    about_objective: bool = False


def apply_change(
    text: str, draft: Draft, *, objective: str | None, results: tuple[DraftResult, ...]
) -> Change:
    """Apply what the request says clearly, and ask for what it leaves open.

    `objective` and `results` are what the message itself words; they replace what the user points at.
    """
    words = set(words_of(text))
    index = _pointed_at(text, draft)
    if objective is not None and index is None:
        return Change(draft.with_objective(objective), f"The objective is now “{objective}”.")
    wording = _new_wording(text, results)
    if index is not None and wording is not None:
        return Change(draft.replaced(index, wording), f"Key result {index + 1} is now “{wording.text}”.")
    if index is not None and REMOVING & words:
        removed = draft.results[index].text
        return Change(draft.replaced(index), f"I have taken out “{removed}”.")
    if index is None and results:
        return Change(draft.with_results(*results), "I have added " + _quoted(results) + ".")
    if _about_objective(words, index, draft):
        return Change(draft, about_objective=True)
    return _retargeted(text, draft, index)


def _about_objective(words: set[str], index: int | None, draft: Draft) -> bool:
    if _OBJECTIVE_WORDS & words:
        return True
    return index is None and not (
        {"target", "targets", "number", "baseline", "kr", "result"} & words or draft.results
    )


def _retargeted(text: str, draft: Draft, index: int | None) -> Change:
    words = set(words_of(text))
    harder, softer = bool(HARDER & words), bool(SOFTER & words)
    if "less" in words or ({"too", "ambitious"} <= words):
        harder, softer = False, True
    if {"too", "low"} <= words or {"too", "easy"} <= words:
        harder, softer = True, False
    if index is None and len(draft.results) == 1:
        index = 0
    if index is None:
        return Change(draft, question="Which part shall I change, and what should it say instead?")
    result = draft.results[index]
    if not quantities_in(result.text):
        return Change(draft, question=f"What should “{result.text}” say instead?")
    told = quantities_in(_without_ordinals(text))
    if told:
        return _with_target(draft, index, told[-1].number)
    if result.baseline is None or result.target is None or not (harder or softer):
        return Change(draft, question=f"What should “{result.text}” say instead?")
    gap = result.target - result.baseline
    scale = _target(result).value / _target(result).number if _target(result).number else 1.0
    target = rounded((result.target + gap * (STEP if harder else -STEP)) / scale)
    if result.unit == "%" and result.baseline <= 100:
        target = min(target, 100.0)
    return _with_target(draft, index, target)


def _with_target(draft: Draft, index: int, number: float) -> Change:
    result = draft.results[index]
    old = _target(result)
    before, _, after = result.text.rpartition(old.text)
    changed = parsed_result(before + old.with_number(number).text + after)
    return Change(draft.replaced(index, changed), f"Key result {index + 1} now reads “{changed.text}”.")


def _target(result: DraftResult) -> Quantity:
    return quantities_in(result.text)[-1]


def _pointed_at(text: str, draft: Draft) -> int | None:
    words = words_of(text)
    if "last" in words and draft.results:
        return len(draft.results) - 1
    for word in words:
        index = ORDINALS.get(word)
        if index is not None and index < len(draft.results):
            return index
    numbered = re.search(r"\b(?:kr|key result|result|number)\s*#?\s*(\d)\b", text, re.I)
    if numbered and 0 < int(numbered[1]) <= len(draft.results):
        return int(numbered[1]) - 1
    return named_result(words, draft)


def named_result(words: list[str], draft: Draft) -> int | None:
    """The one key result that shares a telling word with the request."""
    plain = listed("increase reduce from to the a of and in for by than we our us it that this per with is")
    said = {word for word in words if len(word) > 2 and word not in plain}
    hits = [index for index, result in enumerate(draft.results) if said & set(words_of(result.text)) - plain]
    return hits[0] if len(hits) == 1 else None


def _new_wording(text: str, results: tuple[DraftResult, ...]) -> DraftResult | None:
    match = _NEW_WORDING.search(text) or _REPLACEMENT.search(text)
    if match is not None and quantities_in(match["text"]) and len(match["text"].split()) >= FEWEST_WORDS:
        return parsed_result(tidy(match["text"]))
    return results[0] if results else None


def _without_ordinals(text: str) -> str:
    return re.sub(r"\b(?:kr|key result|result|number)\s*#?\s*\d\b|#\d", "", text, flags=re.I)


def _quoted(results: tuple[DraftResult, ...]) -> str:
    return " and ".join(f"“{result.text}”" for result in results)
