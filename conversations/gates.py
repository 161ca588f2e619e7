"""What each phase asks for before the next may begin: a table of conditions, its thresholds as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from conversations.values import Draft, Intent, Phase, texts_of
from knowledge.rubric import Assessment


class Bar:
    """The thresholds of domain.md: scores from 0 to 100, counts, and versions."""

    DISCOVERED: Final = 40
    DISCOVERY_MESSAGES: Final = 2
    OBJECTIVE: Final = 75
    OUTCOME: Final = 70
    CLARITY: Final = 70
    INSPIRATION: Final = 60
    FEWEST_RESULTS: Final = 2
    MOST_RESULTS: Final = 5
    RESULTS_AVERAGE: Final = 70
    WEAKEST_RESULT: Final = 60
    STALLED_AFTER: Final = 10


class Waiver(StrEnum):
    """When the user's word stands in for a condition: never, once given, or given to the offer to go on."""

    NEVER = "never"
    APPROVAL = "approval"
    OFFER_TAKEN = "offer_taken"


@dataclass(frozen=True, slots=True)
class Standing:
    """The OKR at one moment: its text, its version, and what the rubric says of it."""

    draft: Draft = field(default_factory=Draft)
    version: int = 0
    assessment: Assessment | None = None


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """Everything a decision about the phase may rest on.

    `seen` is the OKR as the user had it before them when they wrote, `now` as it stands after the
    answer; outside a turn both are the same. `approved_texts` are the sentences the user has approved so
    far, to the letter; `approved_version` is the version approved as a whole. `messages_since_progress`
    counts the messages that brought none, up to and without this one.
    """

    phase: Phase
    now: Standing
    seen: Standing
    user_messages: int = 0
    intent: Intent | None = None
    approved_version: int | None = None
    approved_texts: frozenset[str] = frozenset()
    messages_since_progress: int = 0


@dataclass(frozen=True, slots=True)
class Unmet:
    """One condition that does not hold: what it asks, what there is, what is needed."""

    code: str
    sentence: str
    have: float
    need: float

    @property
    def shortfall(self) -> float:
        """Give the missing share, so that conditions of different size can be added up."""
        return abs(self.need - self.have) / max(self.need, 1)


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a gate asks for: `have` reads it from the facts, `need` is the least or most that will do.

    The sentence may name the figure found as `{have}`.
    """

    code: str
    sentence: str
    have: Callable[[PhaseFacts], float]
    need: float
    waiver: Waiver = Waiver.NEVER
    approved: Callable[[PhaseFacts], bool] = lambda _: False
    at_most: bool = False

    def holds(self, facts: PhaseFacts) -> bool:
        """Tell whether the figures alone satisfy this condition."""
        have = self.have(facts)
        return have <= self.need if self.at_most else have >= self.need

    def unmet(self, facts: PhaseFacts) -> Unmet | None:
        """Give what is missing, or nothing when the condition holds or is waived."""
        if self.holds(facts) or self.waived(facts):
            return None
        have = round(self.have(facts), 1)
        return Unmet(self.code, self.sentence.format(have=have), have, self.need)

    def waived(self, facts: PhaseFacts) -> bool:
        """Tell whether the user's own word stands in for this condition."""
        match self.waiver:
            case Waiver.APPROVAL:
                return self.approved(facts)
            case Waiver.OFFER_TAKEN:
                return facts.messages_since_progress > Bar.STALLED_AFTER and self.approved(facts)
            case _:
                return False


def has_stalled(facts: PhaseFacts) -> bool:
    """Tell whether ten messages have brought no progress, so that the coach offers to go on."""
    return facts.phase != Phase.COMPLETED and facts.messages_since_progress >= Bar.STALLED_AFTER


def _objective_score(facts: PhaseFacts) -> float:
    found = facts.now.assessment
    return found.objective.score if found and found.objective else 0.0


def _dimension(name: str) -> Callable[[PhaseFacts], float]:
    def read(facts: PhaseFacts) -> float:
        found = facts.now.assessment
        return found.objective.dimension(name) if found and found.objective else 0.0

    return read


def _result_scores(facts: PhaseFacts) -> tuple[float, ...]:
    found = facts.now.assessment
    return tuple(one.score for one in found.key_results) if found else ()


def _average(facts: PhaseFacts) -> float:
    scores = _result_scores(facts)
    return sum(scores) / len(scores) if scores else 0.0


def _weakest_unapproved(facts: PhaseFacts) -> float:
    texts = texts_of(facts.now.draft.key_results)
    scored = zip(texts, _result_scores(facts), strict=False)
    return min((score for text, score in scored if text not in facts.approved_texts), default=100.0)


def _result_count(facts: PhaseFacts) -> float:
    return len(facts.now.draft.key_results)


def _has_objective(facts: PhaseFacts) -> float:
    return float(bool((facts.now.draft.objective or "").strip()))


def _objective_approved(facts: PhaseFacts) -> bool:
    return facts.now.draft.objective in facts.approved_texts


def _results_approved(facts: PhaseFacts) -> bool:
    texts = texts_of(facts.now.draft.key_results)
    return bool(texts) and facts.approved_texts.issuperset(texts)


def _version_approved(facts: PhaseFacts) -> float:
    return float(facts.approved_version is not None and facts.approved_version == facts.now.version)


_OBJECTIVE_DRAFTED: Final = Condition("objective_drafted", "An objective must be drafted.", _has_objective, 1)
_ENOUGH_RESULTS: Final = Condition(
    "enough_key_results",
    f"At least {Bar.FEWEST_RESULTS} key results are needed; there are {{have:g}}.",
    _result_count,
    Bar.FEWEST_RESULTS,
)
_NOT_TOO_MANY_RESULTS: Final = Condition(
    "not_too_many_key_results",
    f"At most {Bar.MOST_RESULTS} key results are allowed; there are {{have:g}}.",
    _result_count,
    Bar.MOST_RESULTS,
    at_most=True,
)


def _objective_bar(name: str, need: float, have: Callable[[PhaseFacts], float]) -> Condition:
    sentence = (
        f"The objective's {name} must reach {need:g} and is at {{have:g}};"
        " or the user approves the objective knowing its findings."
    )
    return Condition(f"objective_{name}", sentence, have, need, Waiver.APPROVAL, _objective_approved)


GATES: Final[Mapping[Phase, tuple[Condition, ...]]] = MappingProxyType(
    {
        Phase.DISCOVERY: (
            _OBJECTIVE_DRAFTED,
            Condition(
                "objective_discovered",
                f"The objective must score at least {Bar.DISCOVERED}; it scores {{have:g}}.",
                _objective_score,
                Bar.DISCOVERED,
                Waiver.OFFER_TAKEN,
                _objective_approved,
            ),
            Condition(
                "enough_messages",
                f"The user must write at least {Bar.DISCOVERY_MESSAGES} messages; so far {{have:g}}.",
                lambda facts: facts.user_messages,
                Bar.DISCOVERY_MESSAGES,
            ),
        ),
        Phase.REFINEMENT: (
            _OBJECTIVE_DRAFTED,
            _objective_bar("score", Bar.OBJECTIVE, _objective_score),
            _objective_bar("outcome", Bar.OUTCOME, _dimension("outcome")),
            _objective_bar("clarity", Bar.CLARITY, _dimension("clarity")),
            _objective_bar("inspiration", Bar.INSPIRATION, _dimension("inspiration")),
        ),
        Phase.KR_DISCOVERY: (
            _ENOUGH_RESULTS,
            _NOT_TOO_MANY_RESULTS,
            Condition(
                "key_results_average",
                f"The key results must average at least {Bar.RESULTS_AVERAGE}; they average {{have:g}}.",
                _average,
                Bar.RESULTS_AVERAGE,
                Waiver.OFFER_TAKEN,
                _results_approved,
            ),
            Condition(
                "weakest_key_result",
                f"No key result may score below {Bar.WEAKEST_RESULT} without the user's approval;"
                " the weakest scores {have:g}.",
                _weakest_unapproved,
                Bar.WEAKEST_RESULT,
            ),
        ),
        Phase.VALIDATION: (
            _OBJECTIVE_DRAFTED,
            _ENOUGH_RESULTS,
            _NOT_TOO_MANY_RESULTS,
            Condition(
                "version_approved",
                "The user must approve exactly this version of the OKR.",
                _version_approved,
                1,
            ),
        ),
        Phase.COMPLETED: (),
    }
)
