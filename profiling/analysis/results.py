"""A profiling run as it was measured: this suite's, and that of the first system."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TOTAL = "conversation_processing_total"
CLAUDE = "step_7_claude_api_call"


@dataclass(frozen=True, slots=True)
class Timed:
    """What one operation took within one scenario, in milliseconds."""

    name: str
    count: int
    total_ms: float

    @property
    def mean_ms(self) -> float:
        """The average of one call."""
        return self.total_ms / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One conversation of the suite, all repetitions together."""

    name: str
    messages: int
    total_ms: float
    operations: tuple[Timed, ...]
    memory_mb: float | None

    @property
    def mean_ms(self) -> float:
        """The average of one message."""
        return self.total_ms / self.messages if self.messages else 0.0


@dataclass(frozen=True, slots=True)
class Reported:
    """What a file itself says about one operation's distribution."""

    count: int
    total_ms: float
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None
    memory_mb: float | None


@dataclass(frozen=True, slots=True)
class Sample:
    """One message, measured: times in milliseconds, sizes in tokens."""

    scenario: str
    repeat: int
    index: int
    status: str
    total_ms: float | None
    wall_ms: float | None = None
    queued_ms: float | None = None
    first_token_ms: float | None = None
    steps: Mapping[str, float] = field(default_factory=dict)
    cache: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    error: str = ""

    @property
    def is_answered(self) -> bool:
        """Whether the message got a reply whose time is known."""
        return self.status == "succeeded" and self.total_ms is not None

    @property
    def is_hit(self) -> bool:
        """Whether the reply came from the cache."""
        return self.cache in {"hit", "stale"}


@dataclass(frozen=True, slots=True)
class Reading:
    """The resident memory of one process at one moment."""

    seconds: float
    process: str
    rss_mb: float


@dataclass(frozen=True, slots=True)
class Results:
    """One whole run."""

    timestamp: str
    scenarios: tuple[Scenario, ...]
    reported: Mapping[str, Reported]
    samples: tuple[Sample, ...]
    memory: tuple[Reading, ...]
    environment: Mapping[str, str]
    complete: bool

    @property
    def messages(self) -> int:
        """How many messages were answered."""
        return sum(scenario.messages for scenario in self.scenarios)

    @property
    def total_ms(self) -> float:
        """The time of all messages together."""
        return sum(scenario.total_ms for scenario in self.scenarios)

    @property
    def average_ms(self) -> float:
        """The time of one message."""
        return self.total_ms / self.messages

    def answered(self) -> tuple[Sample, ...]:
        """Give the samples of messages that got a reply."""
        return tuple(sample for sample in self.samples if sample.is_answered)
