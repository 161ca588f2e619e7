"""What the simulator has seen: counters, the calls of each request, and the last requests."""

from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field

from profiling.simulator.errors import JsonObject
from profiling.simulator.events import Answer

MAX_HASHES = 50_000
MAX_REQUESTS = 200


@dataclass
class Stats:
    """Counters since the start or the last reset; everything that grows has a bound."""

    calls: int = 0
    in_flight: int = 0
    max_in_flight: int = 0
    disconnects: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    by_hash: OrderedDict[str, int] = field(default_factory=OrderedDict)
    requests: deque[bytes] = field(default_factory=lambda: deque(maxlen=MAX_REQUESTS))

    def called(self) -> None:
        """Count the start of a call."""
        self.calls += 1
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)

    def ended(self, outcome: str) -> None:
        """Count the end of a call."""
        self.in_flight -= 1
        self.outcomes[outcome] += 1

    def sequence_of(self, request_hash: str) -> int:
        """Count one more call with this content and say how many came before."""
        before = self.by_hash.pop(request_hash, 0)
        self.by_hash[request_hash] = before + 1
        while len(self.by_hash) > MAX_HASHES:
            self.by_hash.popitem(last=False)
        return before

    def answered(self, answer: Answer) -> None:
        """Add up the tokens of a finished answer."""
        self.tokens["input"] += answer.usage.input_tokens
        self.tokens["cache_creation"] += answer.usage.cache_creation_input_tokens
        self.tokens["cache_read"] += answer.usage.cache_read_input_tokens
        self.tokens["output"] += answer.output_tokens

    def as_json(self) -> JsonObject:
        """The answer of the stats endpoint."""
        return {
            "calls": self.calls,
            "in_flight": self.in_flight,
            "max_in_flight": self.max_in_flight,
            "disconnects": self.disconnects,
            "outcomes": dict(self.outcomes),
            "tokens": dict(self.tokens),
            "calls_by_request": dict(self.by_hash),
        }

    def reset(self) -> None:
        """Start counting anew; calls in flight stay in flight."""
        self.calls = self.disconnects = 0
        self.max_in_flight = self.in_flight
        for counters in (self.outcomes, self.tokens, self.by_hash, self.requests):
            counters.clear()
