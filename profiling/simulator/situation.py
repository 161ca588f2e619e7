"""Where a conversation stands when the coach begins to answer."""

from dataclasses import dataclass

from profiling.simulator.draft import Draft
from profiling.simulator.prompt_facts import Finding, PromptFacts
from profiling.simulator.reading import Reading
from profiling.simulator.themes import Theme

# The sides of an objective that decide whether it is ready.
DECIDING = ("outcome", "clarity", "inspiration")


@dataclass(frozen=True)
class Situation:
    """The facts, what the message was read as, and the draft with the user's own words already in it."""

    facts: PromptFacts
    reading: Reading
    intent: str
    theme: Theme | None
    draft: Draft

    @property
    def objective_findings(self) -> tuple[Finding, ...]:
        """What the rubric says about the objective in the draft: of this turn's wording if it is new."""
        if self.reading.objective is not None:
            return tuple(
                f for f in self.facts.turn_findings if f.target == "objective" and f.severity != "low"
            )
        return tuple(f for f in self.facts.findings if f.target == "objective" and f.severity != "low")

    @property
    def result_findings(self) -> tuple[Finding, ...]:
        """What the rubric says about key results."""
        found = self.facts.turn_findings if self.reading.results else self.facts.findings
        return tuple(f for f in found if f.target.startswith("key_result") and f.severity != "low")

    @property
    def weakest_dimension(self) -> str:
        """The lowest side of the objective, where something still keeps the talk in this phase."""
        scores = {name: self.facts.dimensions[name] for name in DECIDING if name in self.facts.dimensions}
        return min(scores, key=lambda name: scores[name]) if scores and self.facts.unmet else ""


@dataclass(frozen=True)
class Response:
    """What a phase's coach answers: the words, and the draft after them."""

    reply: str
    draft: Draft
    intent: str = ""
