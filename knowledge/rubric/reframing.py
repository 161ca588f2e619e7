"""The techniques a coach can use, chosen by what was found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from knowledge.rubric.values import Finding, FindingCode


@dataclass(frozen=True, slots=True)
class Reframing:
    """One technique: the questions to ask, and why it fits."""

    technique: str
    questions: tuple[str, ...]
    why: str


TECHNIQUES: Final = {
    "outcome_transformation": Reframing(
        "outcome_transformation",
        (
            "Imagine the work is finished: who does what differently?",
            "Which number moves because of it, and by how much?",
        ),
        "The draft describes work; success is what the work changes.",
    ),
    "five_whys": Reframing(
        "five_whys",
        (
            "Why does this matter now?",
            "And why does that matter? Ask again until the answer is a change for somebody.",
        ),
        "The reason behind a deliverable is usually the objective.",
    ),
    "value_exploration": Reframing(
        "value_exploration",
        ("Who is better off when this succeeds?", "What would they pay, thank or come back for?"),
        "The number or the routine says nothing about value yet.",
    ),
    "question_cascade": Reframing(
        "question_cascade",
        (
            "What would you see first if it worked?",
            "How would you know by the end of the cycle?",
            "Where is that recorded today?",
        ),
        "The wish has no evidence yet; each question makes it more visible.",
    ),
    "example_driven": Reframing(
        "example_driven",
        (
            "Here is a weak and a strong version of a similar goal: which half is yours closer to?",
            "Which part of the strong version would fit you?",
        ),
        "A pair of examples shows the difference faster than a rule.",
    ),
    "specificity": Reframing(
        "specificity",
        ("From which value to which value?", "By when, for which group, measured how?"),
        "The direction is right and the figures are missing.",
    ),
    "focus": Reframing(
        "focus",
        ("If only one of these could succeed, which one?", "What will you say no to this cycle?"),
        "Several goals compete for the same attention.",
    ),
}

BY_CODE: Final[dict[FindingCode, tuple[str, ...]]] = {
    FindingCode.ACTIVITY_FOCUSED: ("outcome_transformation", "five_whys"),
    FindingCode.OUTPUT_AS_OBJECTIVE: ("five_whys", "outcome_transformation"),
    FindingCode.VAGUE_OUTCOME: ("question_cascade", "example_driven"),
    FindingCode.UNMEASURABLE: ("specificity", "question_cascade"),
    FindingCode.BINARY_THINKING: ("outcome_transformation", "specificity"),
    FindingCode.VANITY_METRIC: ("value_exploration",),
    FindingCode.BUSINESS_AS_USUAL: ("value_exploration", "five_whys"),
    FindingCode.SANDBAGGING: ("example_driven",),
    FindingCode.KITCHEN_SINK: ("focus",),
    FindingCode.AMBIGUOUS_METRIC: ("specificity",),
    FindingCode.OUTSIDE_INFLUENCE: ("question_cascade",),
    FindingCode.NO_BASELINE: ("specificity",),
    FindingCode.TOO_MANY: ("focus",),
    FindingCode.ORPHAN: ("focus", "five_whys"),
    FindingCode.LAGGING_ONLY: ("question_cascade",),
    FindingCode.DOES_NOT_SUPPORT_OBJECTIVE: ("five_whys",),
    FindingCode.SCOPE_MISMATCH: ("focus",),
}


def reframings_for(findings: Iterable[Finding]) -> tuple[Reframing, ...]:
    """Choose techniques for these findings, each once, in the order of the findings."""
    names: dict[str, None] = {}
    for item in findings:
        names.update(dict.fromkeys(BY_CODE[item.code]))
    return tuple(TECHNIQUES[name] for name in names)
