"""The phases an OKR goes through, and how a turn moves it from one to the next.

The conditions are data (`conversations.gates`). Nothing here reads a database or a clock: the pipeline
gathers the facts and stores the decision, and `transition/` explains a refusal from the same conditions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, TypeAlias

from conversations.gates import GATES
from conversations.gates import PhaseFacts as PhaseFacts
from conversations.gates import Standing as Standing
from conversations.gates import Unmet as Unmet
from conversations.values import Draft, Intent, Phase, texts_of

ORDER: Final = tuple(Phase)
EvidenceValue: TypeAlias = float | str | bool | list[str] | None
_FINAL: Final = Unmet("completed_is_final", "A completed OKR stays completed.", 0, 1)


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the conversation stands after a turn, and why.

    `unmet` is what the gate ahead of `phase` still asks; the approvals and the counter are to be stored
    as they are and handed in again with the next turn's facts.
    """

    phase: Phase
    moved: bool
    trigger: str
    unmet: tuple[Unmet, ...]
    evidence: Mapping[str, EvidenceValue]
    approved_version: int | None
    approved_texts: frozenset[str]
    messages_since_progress: int


def draft_is_open(phase: Phase) -> bool:
    """Tell whether an answer may still change the OKR; a completed one is what the user approved."""
    return phase != Phase.COMPLETED


def draft_after(phase: Phase, seen: Draft, answered: Draft, intent: Intent) -> Draft:
    """Give the OKR a turn leaves behind: in the words the user has seen, unless they wanted others.

    Where only the typing of a sentence differs, the model retyped it and the seen one stays. A plain yes
    to sentences that are all repeated changes nothing, whatever figures the answer fills in beside them.
    """
    if not draft_is_open(phase):
        return seen
    if intent in (Intent.PROPOSES, Intent.REQUESTS_CHANGE):
        return answered
    known = {_folded(text): text for text in _texts(seen)}
    kept = Draft(
        objective=answered.objective and known.get(_folded(answered.objective), answered.objective),
        key_results=tuple(
            replace(one, text=known.get(_folded(one.text), one.text)) for one in answered.key_results
        ),
    )
    repeated = (kept.objective, texts_of(kept.key_results)) == (seen.objective, texts_of(seen.key_results))
    return seen if repeated and intent == Intent.APPROVES else kept


def approves_what_was_seen(facts: PhaseFacts) -> bool:
    """Tell whether the user said yes to exactly what stands now: a yes to anything since changed is none."""
    return (
        facts.intent == Intent.APPROVES
        and facts.now.version == facts.seen.version
        and facts.now.draft == facts.seen.draft
    )


def unmet_conditions(facts: PhaseFacts, target: Phase) -> tuple[Unmet, ...]:
    """List what stands between the facts and a phase: every gate on the way forward, none on the way back."""
    if target == facts.phase:
        return ()
    if facts.phase == Phase.COMPLETED:
        return (_FINAL,)
    here, there = ORDER.index(facts.phase), ORDER.index(target)
    found = {
        one.code: one
        for phase in ORDER[here:there]
        for condition in GATES[phase]
        if (one := condition.unmet(facts)) is not None
    }
    return tuple(found.values())


def may_enter(facts: PhaseFacts, target: Phase) -> bool:
    """Tell whether a phase may be entered without force."""
    return not unmet_conditions(facts, target)


def advance(facts: PhaseFacts) -> Decision:
    """Decide a turn: at most one step forward, or back to refinement when a settled objective was changed.

    A request for change moves forward only by what it changed, never by what the user said no to.
    """
    known = _with_approval(facts)
    phase, trigger = _next_phase(known)
    moved = phase != facts.phase
    progressed = moved or _shortfall(known, known.phase) < _shortfall(
        replace(known, now=facts.seen), known.phase
    )
    return Decision(
        phase=phase,
        moved=moved,
        trigger=trigger,
        unmet=_gate_ahead(known, phase),
        evidence=MappingProxyType(_evidence(known)),
        approved_version=known.approved_version,
        approved_texts=known.approved_texts,
        messages_since_progress=0 if progressed else facts.messages_since_progress + 1,
    )


def _with_approval(facts: PhaseFacts) -> PhaseFacts:
    """Add what this turn approves; approvals of sentences that have left the OKR lapse."""
    standing = _texts(facts.now.draft)
    texts, version = facts.approved_texts & standing, facts.approved_version
    if approves_what_was_seen(facts):
        texts |= _texts_up_for_approval(facts.phase, facts.now.draft)
        version = facts.now.version if facts.phase == Phase.VALIDATION else version
    return replace(facts, approved_texts=texts, approved_version=version)


def _texts(draft: Draft) -> frozenset[str]:
    objective = (draft.objective,) if draft.objective else ()
    return frozenset((*objective, *texts_of(draft.key_results)))


def _texts_up_for_approval(phase: Phase, draft: Draft) -> frozenset[str]:
    """Give what a yes means in this phase: that phase's own work and nothing else."""
    match phase:
        case Phase.DISCOVERY | Phase.REFINEMENT:
            return _texts(Draft(draft.objective))
        case Phase.KR_DISCOVERY:
            return _texts(Draft(None, draft.key_results))
        case _:
            return _texts(draft)


def _next_phase(facts: PhaseFacts) -> tuple[Phase, str]:
    if facts.phase == Phase.COMPLETED:
        return facts.phase, ""
    if facts.phase in (Phase.KR_DISCOVERY, Phase.VALIDATION) and _objective_changed(facts):
        return Phase.REFINEMENT, "objective_changed"
    if facts.intent == Intent.REQUESTS_CHANGE and facts.now.draft == facts.seen.draft:
        # A no to what still stands: whatever it scores or was approved before, nothing goes on from it.
        return facts.phase, ""
    target = ORDER[ORDER.index(facts.phase) + 1]
    if not may_enter(facts, target):
        return facts.phase, ""
    return target, "user_approved" if approves_what_was_seen(facts) else "conditions_met"


def _objective_changed(facts: PhaseFacts) -> bool:
    return _folded(facts.now.draft.objective) != _folded(facts.seen.draft.objective)


def _folded(text: str | None) -> str:
    # Case, spacing and a full stop are typing, not a changed objective.
    return " ".join((text or "").split()).rstrip(".").casefold()


def _gate_ahead(facts: PhaseFacts, phase: Phase) -> tuple[Unmet, ...]:
    return tuple(one for condition in GATES[phase] if (one := condition.unmet(facts)) is not None)


def _shortfall(facts: PhaseFacts, phase: Phase) -> float:
    """Measure how far the gate ahead is: the sum of each unmet condition's missing share."""
    return sum(one.shortfall for one in _gate_ahead(facts, phase))


def _evidence(facts: PhaseFacts) -> dict[str, EvidenceValue]:
    """Record every figure the gate looked at, and which of them the user's word stood in for."""
    gate = GATES[facts.phase]
    figures: dict[str, EvidenceValue] = {one.code: round(one.have(facts), 1) for one in gate}
    waived = [one.code for one in gate if not one.holds(facts) and one.waived(facts)]
    return figures | {
        "waived": waived,
        "draft_version": facts.now.version,
        "intent": facts.intent and facts.intent.value,
    }
