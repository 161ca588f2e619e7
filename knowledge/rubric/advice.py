"""What each finding means, what to ask about it and what a better version looks like, as data."""

from dataclasses import dataclass
from typing import Final

from knowledge.rubric.values import Finding, FindingCode, Severity


@dataclass(frozen=True, slots=True)
class Advice:
    """The fixed texts of one finding code."""

    message: str
    question: str
    suggestion: str


ADVICE: Final[dict[FindingCode, Advice]] = {
    FindingCode.ACTIVITY_FOCUSED: Advice(
        "This counts work done, not what the work changes.",
        "If this is done and nothing gets better, would you still call it a success?",
        "Keep the work as an initiative and measure its effect: “Increase <metric> from <now> to <target>”.",
    ),
    FindingCode.OUTPUT_AS_OBJECTIVE: Advice(
        "This names a thing to deliver, not the change it should bring.",
        "What will be different, and for whom, once it exists?",
        "State the change and leave the way open: “<Who> can <do what matters> without <today's pain>”.",
    ),
    FindingCode.VAGUE_OUTCOME: Advice(
        "Two people could read this and picture different results.",
        "What would you see, hear or count if it came true?",
        "Name whose situation changes and in which respect: “Make <what> <how good> for <whom>”.",
    ),
    FindingCode.UNMEASURABLE: Advice(
        "Nothing here tells anyone when it has been met.",
        "Which number, or which verdict by somebody else, would settle it?",
        "Add a metric with a start and a target: “from <now> to <target>”.",
    ),
    FindingCode.BINARY_THINKING: Advice(
        "It can only be done or not done, so progress stays invisible until the end.",
        "What could be measured on the way, or after it is done?",
        "Measure the use or effect: “<share> of <whom> use it and <metric> reaches <target>”.",
    ),
    FindingCode.VANITY_METRIC: Advice(
        "This number can grow without anybody being better off.",
        "What do these people do next that matters to you?",
        "Follow them one step further: trials started, purchases, people who come back.",
    ),
    FindingCode.BUSINESS_AS_USUAL: Advice(
        "This describes what happens anyway.",
        "What should be different at the end of the cycle?",
        "Watch it as a health metric and spend the objective on a change.",
    ),
    FindingCode.SANDBAGGING: Advice(
        "The target hardly differs from where things stand.",
        "What would you aim for if missing it had no consequences?",
        "Choose a target you give about even odds.",
    ),
    FindingCode.KITCHEN_SINK: Advice(
        "This asks for several things at once.",
        "If only one of them could happen this cycle, which one?",
        "Keep the one that matters most; make the rest key results or later objectives.",
    ),
    FindingCode.AMBIGUOUS_METRIC: Advice(
        "The number belongs to a quality nobody has defined how to count.",
        "Which source and which formula give this figure?",
        "Name the measurement: a survey score, hours per case, errors per thousand.",
    ),
    FindingCode.OUTSIDE_INFLUENCE: Advice(
        "People outside the team decide this one.",
        "Which part of it can the team move itself?",
        "Measure the step before it that the team controls.",
    ),
    FindingCode.NO_BASELINE: Advice(
        "There is a target but no starting point.",
        "Where does it stand today, and where is that recorded?",
        "Write it as “from <now> to <target>”, or plan to measure the start first.",
    ),
    FindingCode.TOO_MANY: Advice(
        "More than five key results scatter attention.",
        "Which ones could you drop without missing the objective?",
        "Keep the two to four results that together prove the objective.",
    ),
    FindingCode.ORPHAN: Advice(
        "This key result shares nothing with its objective or with the other results.",
        "Which objective does it belong to?",
        "Move it to that objective, or say how it proves this one.",
    ),
    FindingCode.LAGGING_ONLY: Advice(
        "All results are known only after the fact.",
        "What would move first if you were on the way?",
        "Add one leading result the team can see moving every week.",
    ),
    FindingCode.DOES_NOT_SUPPORT_OBJECTIVE: Advice(
        "If every key result were met, the objective could still be missed.",
        "Which result would convince a sceptic that the objective is reached?",
        "Replace one result by a direct measure of the objective.",
    ),
    FindingCode.SCOPE_MISMATCH: Advice(
        "The reach of the objective and the reach of the team do not match.",
        "Which part of this can this team decide by itself in this cycle?",
        "Narrow it to the people and the period the team can influence.",
    ),
}


def finding(
    code: FindingCode,
    severity: Severity,
    *,
    span: tuple[int, int] | None,
    confidence: float,
) -> Finding:
    """Make a finding with the fixed texts of its code."""
    advice = ADVICE[code]
    return Finding(
        code=code,
        severity=severity,
        message=advice.message,
        span=span,
        confidence=confidence,
        question=advice.question,
        suggestion=advice.suggestion,
    )
