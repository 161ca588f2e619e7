"""The words and values that steps hand to each other; no framework behaviour in here."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Self, TypedDict

from django.db.models import TextChoices

# The beginning of the keys in which workers say that they consume.
PRESENCE_PREFIX: Final = "okr:worker:"


class Phase(TextChoices):
    """How far an OKR has come."""

    DISCOVERY = "discovery"
    REFINEMENT = "refinement"
    KR_DISCOVERY = "kr_discovery", "Key result discovery"
    VALIDATION = "validation"
    COMPLETED = "completed"


class DoubleText(TextChoices):
    """What a second message does while the first is still unanswered."""

    QUEUE = "queue"
    REJECT = "reject"
    SUPERSEDE = "supersede"
    MERGE = "merge"


class Role(TextChoices):
    """Who speaks."""

    USER = "user"
    ASSISTANT = "assistant"


class Priority(TextChoices):
    """The queue a job waits in, most urgent first."""

    INTERACTIVE = "interactive"
    NORMAL = "normal"
    BULK = "bulk"


class JobStatus(TextChoices):
    """Where a job stands; the last four are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class Intent(TextChoices):
    """What the user wants with a message, as the model understood it."""

    ASKS = "asks"
    INFORMS = "informs"
    PROPOSES = "proposes"
    APPROVES = "approves"
    REQUESTS_CHANGE = "requests_change"
    OTHER = "other"


class MessageKind(TextChoices):
    """How much thought a message needs, as far as its words alone show that; it chooses the model only."""

    SMALL_TALK = "small_talk", "Small talk: thanks, greetings"
    PLAIN_YES = "plain_yes", "A plain yes and nothing else"
    SUBSTANCE = "substance", "Anything else"


class Step(TextChoices):
    """What the model is asked for."""

    ANSWER = "answer", "To answer a message"
    BULK = "bulk", "To answer in the bulk queue"


class Effort(TextChoices):
    """How hard a model thinks."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    XHIGH = "xhigh", "Extra high"
    MAX = "max"


class KeyResultDraftJson(TypedDict):
    """A drafted key result as stored and sent."""

    text: str
    kind: str
    direction: str
    baseline: float | None
    target: float | None
    unit: str


class DraftJson(TypedDict):
    """A drafted OKR as stored and sent."""

    objective: str | None
    key_results: list[KeyResultDraftJson]


@dataclass(frozen=True, slots=True)
class KeyResultDraft:
    """A key result as it stands in the conversation."""

    text: str
    kind: str = "metric"
    direction: str = "increase"
    baseline: float | None = None
    target: float | None = None
    unit: str = ""

    def as_json(self) -> KeyResultDraftJson:
        """Give the stored form."""
        return {
            "text": self.text,
            "kind": self.kind,
            "direction": self.direction,
            "baseline": self.baseline,
            "target": self.target,
            "unit": self.unit,
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """An OKR as it stands in the conversation."""

    objective: str | None = None
    key_results: tuple[KeyResultDraft, ...] = ()

    def as_json(self) -> DraftJson:
        """Give the stored form."""
        return {"objective": self.objective, "key_results": [one.as_json() for one in self.key_results]}

    @classmethod
    def from_json(cls, stored: DraftJson) -> Self:
        """Read the stored form; an empty one is an empty draft."""
        return cls(
            objective=stored.get("objective"),
            key_results=tuple(KeyResultDraft(**one) for one in stored.get("key_results", ())),
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said, as the prompt sees it."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What one call consumed: tokens, and dollars by the price table."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_input_tokens: int = 0
    cache_read_input_tokens: int = 0
    cost_usd: Decimal = Decimal(0)

    @property
    def prompt_tokens(self) -> int:
        """Count what was read, from the provider's cache or not."""
        return self.input_tokens + self.cache_creation_input_tokens + self.cache_read_input_tokens


@dataclass(frozen=True, slots=True)
class PromptSection:
    """A stretch of the system prompt; a cached one ends a stable prefix."""

    name: str
    text: str
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything the model is told, in order: system, history, then the turn's blocks."""

    system: tuple[PromptSection, ...]
    history: tuple[Turn, ...]
    turn: tuple[PromptSection, ...]
    version: str
    condensed: int = 0


@dataclass(frozen=True, slots=True)
class CoachAnswer:
    """The model's answer, parsed: what it says, the OKR as it now stands, what the user wanted."""

    reply: str
    draft: Draft
    intent: Intent


@dataclass(frozen=True, slots=True)
class Completion:
    """One finished model call."""

    answer: CoachAnswer
    model: str
    stop_reason: str
    usage: Usage
    first_token_ms: float | None = None


def texts_of(key_results: Sequence[KeyResultDraft]) -> tuple[str, ...]:
    """Give the texts alone, for the rubric."""
    return tuple(one.text for one in key_results)


def place_of(step: str) -> list[int]:
    """Give a step's place in the pipeline: `step_6_5_…` comes between `step_6_…` and `step_7_…`."""
    return [int(part) for part in step.split("_")[1:3] if part.isdigit()]
