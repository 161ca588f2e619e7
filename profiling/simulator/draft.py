"""The draft of an OKR as the answer's schema has it."""

from dataclasses import dataclass, replace

from profiling.simulator.errors import JsonObject


@dataclass(frozen=True)
class DraftResult:
    """A key result in the draft."""

    text: str
    kind: str = "metric"
    direction: str = "increase"
    baseline: float | None = None
    target: float | None = None
    unit: str = ""

    def as_json(self) -> JsonObject:
        """The key result in the schema's order."""
        return {
            "text": self.text,
            "kind": self.kind,
            "direction": self.direction,
            "baseline": self.baseline,
            "target": self.target,
            "unit": self.unit,
        }


@dataclass(frozen=True)
class Draft:
    """The whole draft."""

    objective: str | None = None
    results: tuple[DraftResult, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing yet to talk about."""
        return self.objective is None and not self.results

    def with_objective(self, text: str) -> "Draft":
        """The draft with another objective."""
        return replace(self, objective=text)

    def with_results(self, *results: DraftResult) -> "Draft":
        """The draft with more key results; one that is there already is not added again."""
        known = {result.text.casefold() for result in self.results}
        added = tuple(result for result in results if result.text.casefold() not in known)
        return replace(self, results=self.results + added)

    def replaced(self, index: int, *results: DraftResult) -> "Draft":
        """The draft with one key result replaced, or removed where nothing replaces it."""
        return replace(self, results=self.results[:index] + results + self.results[index + 1 :])


@dataclass(frozen=True)
class CoachAnswer:
    """What the coach says and the whole draft after this turn."""

    reply: str
    draft: Draft
    user_intent: str

    def as_json(self) -> JsonObject:
        """The answer in the schema's order, reply first so that it streams first."""
        return {
            "reply": self.reply,
            "objective": self.draft.objective,
            "key_results": [result.as_json() for result in self.draft.results],
            "user_intent": self.user_intent,
        }
