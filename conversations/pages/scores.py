"""The draft OKR with its scores, findings and place among the phases, ready for a template."""

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from conversations.models import Session
from conversations.values import Draft, KeyResultDraft, Phase
from knowledge.rubric import Level
from knowledge.rubric.values import level_of
from knowledge.rubric.wire import AssessmentJson, FindingJson, PartJson

_LEVELS = {level.value: level.value.replace("_", " ") for level in Level}


@dataclass(frozen=True, slots=True)
class DimensionShown:
    """One side of quality, from 0 to 100, and what was seen of it."""

    name: str
    score: int
    level: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The objective, a key result or the whole; without a score while it is unassessed."""

    text: str
    figures: str = ""
    score: int | None = None
    level: str = ""
    level_name: str = ""
    dimensions: tuple[DimensionShown, ...] = ()
    findings: tuple[FindingJson, ...] = ()


@dataclass(frozen=True, slots=True)
class OkrShown:
    """The draft as a whole."""

    objective: Part | None
    key_results: tuple[Part, ...]
    whole: Part | None


@dataclass(frozen=True, slots=True)
class PhaseShown:
    """A phase and whether it is done, current or still ahead."""

    value: str
    label: str
    state: str


def okr_of(session: Session) -> OkrShown:
    """Put the draft and its last assessment together."""
    draft = Draft.from_json(session.draft)
    unassessed: AssessmentJson = {"objective": None, "key_results": [], "set": None}
    quality = cast("AssessmentJson", session.quality) if session.quality else unassessed
    scored = [*quality["key_results"], *[None] * len(draft.key_results)]
    return OkrShown(
        objective=_part(draft.objective, quality["objective"]) if draft.objective else None,
        key_results=tuple(
            _part(one.text, assessed, figures=_figures(one))
            for one, assessed in zip(draft.key_results, scored, strict=False)
        ),
        whole=_part("", quality["set"]) if quality["set"] else None,
    )


def phases_of(session: Session) -> tuple[PhaseShown, ...]:
    """Give every phase in order, seen from where the session stands."""
    phases = tuple(Phase)
    here = phases.index(Phase(session.phase))
    return tuple(
        PhaseShown(phase.value, phase_name(phase), _state(place, here, len(phases)))
        for place, phase in enumerate(phases)
    )


def phase_name(phase: Phase) -> str:
    """Name a phase in a word or two, as there is little room."""
    return "Key results" if phase is Phase.KR_DISCOVERY else phase.label


def next_phase(session: Session) -> PhaseShown | None:
    """Give the phase after the session's, if there is one."""
    phases = phases_of(session)
    return next((later for here, later in pairwise(phases) if here.state == "current"), None)


def _state(place: int, here: int, count: int) -> str:
    if place < here or here == count - 1:
        return "done"
    return "current" if place == here else "ahead"


def _part(text: str, assessed: PartJson | None, *, figures: str = "") -> Part:
    if assessed is None:
        return Part(text, figures)
    return Part(
        text=text,
        figures=figures,
        score=int(assessed["score"]),
        level=assessed["level"],
        level_name=_LEVELS.get(assessed["level"], assessed["level"]),
        dimensions=tuple(
            DimensionShown(
                name=name.replace("_", " "),
                score=int(one["score"]),
                level=level_of(one["score"]).value,
                evidence=tuple(one["evidence"]),
            )
            for name, one in sorted(assessed["dimensions"].items(), key=lambda item: -item[1]["weight"])
        ),
        findings=tuple(assessed["findings"]),
    )


def _figures(drafted: KeyResultDraft) -> str:
    """Say from where to where, unless the text itself does."""
    numbers = [f"{one:g}" for one in (drafted.baseline, drafted.target) if one is not None]
    if all(number in drafted.text for number in numbers):
        return ""
    start = "?" if drafted.baseline is None else f"{drafted.baseline:g}"
    end = "?" if drafted.target is None else f"{drafted.target:g}"
    # A unit that is a sign belongs to its number; a word stands apart.
    gap = " " if drafted.unit[:1].isalpha() else ""
    return f"{start} → {end}{gap}{drafted.unit}"
