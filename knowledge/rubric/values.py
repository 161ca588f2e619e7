"""What the rubric says: levels, findings, dimensions and assessments, all immutable."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """The five names a score can have."""

    EXCELLENT = "excellent"
    GOOD = "good"
    ACCEPTABLE = "acceptable"
    NEEDS_WORK = "needs_work"
    POOR = "poor"


LEVEL_FLOORS: Final = (
    (90.0, Level.EXCELLENT),
    (75.0, Level.GOOD),
    (60.0, Level.ACCEPTABLE),
    (40.0, Level.NEEDS_WORK),
)


def level_of(score: float) -> Level:
    """Name a score between 0 and 100."""
    for floor, level in LEVEL_FLOORS:
        if score >= floor:
            return level
    return Level.POOR


class Severity(StrEnum):
    """How much a finding matters; low is a note and accuses nobody."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class FindingCode(StrEnum):
    """The closed set of things the rubric can notice."""

    ACTIVITY_FOCUSED = "activity_focused"
    OUTPUT_AS_OBJECTIVE = "output_as_objective"
    VAGUE_OUTCOME = "vague_outcome"
    UNMEASURABLE = "unmeasurable"
    BINARY_THINKING = "binary_thinking"
    VANITY_METRIC = "vanity_metric"
    BUSINESS_AS_USUAL = "business_as_usual"
    SANDBAGGING = "sandbagging"
    KITCHEN_SINK = "kitchen_sink"
    AMBIGUOUS_METRIC = "ambiguous_metric"
    OUTSIDE_INFLUENCE = "outside_influence"
    NO_BASELINE = "no_baseline"
    TOO_MANY = "too_many"
    ORPHAN = "orphan"
    LAGGING_ONLY = "lagging_only"
    DOES_NOT_SUPPORT_OBJECTIVE = "does_not_support_objective"
    SCOPE_MISMATCH = "scope_mismatch"


@dataclass(frozen=True, slots=True)
class Context:
    """Who writes the OKR, and for which stretch of time."""

    industry: str = ""
    function: str = ""
    timeframe: str = ""
    team_size: int | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One weighted side of quality, 0 to 100, with the reasons for its score."""

    name: str
    score: float
    weight: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to talk about; the span holds character offsets into the assessed text."""

    code: FindingCode
    severity: Severity
    message: str
    span: tuple[int, int] | None
    confidence: float
    question: str
    suggestion: str


def weighted(dimensions: tuple[Dimension, ...]) -> float:
    """Add up dimensions by their weights, to one decimal."""
    return round(sum(part.score * part.weight for part in dimensions), 1)


@dataclass(frozen=True, slots=True)
class TextAssessment:
    """The verdict on one objective or one key result."""

    text: str
    score: float
    level: Level
    dimensions: tuple[Dimension, ...]
    findings: tuple[Finding, ...]

    def dimension(self, name: str) -> float:
        """Give the score of the dimension with this name; KeyError when there is none."""
        for part in self.dimensions:
            if part.name == name:
                return part.score
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class SetAssessment:
    """The verdict on an objective together with its key results."""

    score: float
    level: Level
    dimensions: tuple[Dimension, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything the rubric says of one OKR; `set` needs an objective and a key result."""

    objective: TextAssessment | None
    key_results: tuple[TextAssessment, ...]
    set: SetAssessment | None
