"""How to coach a turn: seven strategies, chosen by the first rule that fits, with the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from conversations.gates import Bar
from conversations.values import Draft, Phase
from knowledge.rubric import Assessment, Finding, FindingCode, Severity


class StrategyName(StrEnum):
    """The seven ways to coach."""

    DISCOVERY_EXPLORATION = "discovery_exploration"
    REFRAMING_INTENSIVE = "reframing_intensive"
    GENTLE_GUIDANCE = "gentle_guidance"
    DIRECT_COACHING = "direct_coaching"
    EXAMPLE_DRIVEN = "example_driven"
    QUESTION_BASED = "question_based"
    VALIDATION_FOCUSED = "validation_focused"


@dataclass(frozen=True, slots=True)
class Strategy:
    """The way chosen, and why, in a sentence."""

    name: StrategyName
    why: str


@dataclass(frozen=True, slots=True)
class StrategyFacts:
    """What the choice rests on; `findings` are about the words the user has just written.

    `user_messages` counts the present one; `messages_since_progress` does not.
    """

    phase: Phase
    draft: Draft
    assessment: Assessment | None = None
    findings: tuple[Finding, ...] = ()
    user_messages: int = 1
    messages_since_progress: int = 0
    stalled: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    name: StrategyName
    why: str
    fits: Callable[[StrategyFacts], bool]


MANY_MESSAGES: Final = 4
MANY_WITHOUT_PROGRESS: Final = 3
NEARLY_THERE: Final = 60
SURE: Final = 0.6
WORK_FOR_EFFECT: Final = frozenset(
    {
        FindingCode.ACTIVITY_FOCUSED,
        FindingCode.OUTPUT_AS_OBJECTIVE,
        FindingCode.BINARY_THINKING,
        FindingCode.BUSINESS_AS_USUAL,
    }
)
NOT_YET_KNOWN: Final = frozenset(
    {
        FindingCode.UNMEASURABLE,
        FindingCode.VAGUE_OUTCOME,
        FindingCode.AMBIGUOUS_METRIC,
        FindingCode.NO_BASELINE,
        FindingCode.VANITY_METRIC,
    }
)


def choose_strategy(facts: StrategyFacts) -> Strategy:
    """Choose by the first rule that fits; the last one always does."""
    chosen = next(rule for rule in RULES if rule.fits(facts))
    return Strategy(chosen.name, chosen.why)


def _in_focus(facts: StrategyFacts) -> tuple[Finding, ...]:
    """Give the findings about what this phase works on: the objective first, then the key results."""
    found = facts.assessment
    if found is None:
        return facts.findings
    if facts.phase in (Phase.DISCOVERY, Phase.REFINEMENT):
        return (*facts.findings, *(found.objective.findings if found.objective else ()))
    return (*facts.findings, *(one for result in found.key_results for one in result.findings))


def _score_in_focus(facts: StrategyFacts) -> float | None:
    found = facts.assessment
    if found is None:
        return None
    if facts.phase in (Phase.DISCOVERY, Phase.REFINEMENT):
        return found.objective.score if found.objective else None
    return min((one.score for one in found.key_results), default=None)


def _shows(codes: frozenset[FindingCode]) -> Callable[[StrategyFacts], bool]:
    def fits(facts: StrategyFacts) -> bool:
        return any(
            one.code in codes and one.severity != Severity.LOW and one.confidence >= SURE
            for one in _in_focus(facts)
        )

    return fits


def _asks(facts: StrategyFacts) -> bool:
    return any(one.code in NOT_YET_KNOWN and one.confidence >= SURE for one in _in_focus(facts))


def _is_settled(facts: StrategyFacts) -> bool:
    return facts.phase in (Phase.VALIDATION, Phase.COMPLETED)


def _nothing_drafted(facts: StrategyFacts) -> bool:
    return _score_in_focus(facts) is None


def _stuck(facts: StrategyFacts) -> bool:
    slow_start = facts.phase == Phase.DISCOVERY and facts.user_messages >= MANY_MESSAGES
    score = _score_in_focus(facts) or 0
    no_progress = facts.messages_since_progress >= MANY_WITHOUT_PROGRESS
    return facts.stalled or no_progress or (slow_start and score < Bar.DISCOVERED)


def _nearly_there(facts: StrategyFacts) -> bool:
    score = _score_in_focus(facts)
    return score is not None and score >= NEARLY_THERE


RULES: Final = (
    Rule(StrategyName.VALIDATION_FOCUSED, "The OKR is drafted; what is missing is a yes.", _is_settled),
    Rule(StrategyName.EXAMPLE_DRIVEN, "Questions have not brought it forward; an example may.", _stuck),
    Rule(
        StrategyName.REFRAMING_INTENSIVE,
        "The words describe work or an output rather than the effect it is for.",
        _shows(WORK_FOR_EFFECT),
    ),
    Rule(
        StrategyName.DISCOVERY_EXPLORATION,
        "Nothing has been drafted for this phase yet.",
        _nothing_drafted,
    ),
    Rule(StrategyName.QUESTION_BASED, "Something is not yet known or cannot be measured.", _asks),
    Rule(StrategyName.DIRECT_COACHING, "The draft is nearly there; one wording may do.", _nearly_there),
    Rule(StrategyName.GENTLE_GUIDANCE, "The draft has something to build on.", lambda _: True),
)
