"""The words of a suggestion: what is shown, and why."""

from dataclasses import dataclass
from operator import mul
from typing import assert_never

from knowledge.library.content import AntiPattern, Example, Metric, Reframing, Template
from knowledge.suggestions.index import Document, Vector
from knowledge.suggestions.values import Suggestion

_MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """What made an item fit; empty parts played no role."""

    words: tuple[str, ...] = ()
    industry: str = ""
    function: str = ""
    finding: str = ""

    def sentence(self) -> str:
        """Say it to the user."""
        if self.finding:
            return f"It answers a finding in your text: {self.finding.replace('_', ' ')}."
        quoted = ", ".join(f"“{word.replace('-', ' ')}”" for word in self.words[:_MOST_WORDS])
        sentence = f"It is about {quoted}"
        if self.industry:
            sentence += f", from your industry ({self.industry.replace('_', ' ')})"
        if self.function:
            sentence += f", for your function ({self.function})"
        return sentence + "."


def shown(document: Document, score: float, reason: Reason, query: Vector) -> Suggestion:
    """Put a document into words; an anti-pattern shows the reframing nearest to the query."""
    item = document.item
    return Suggestion(
        id=item.slug,
        kind=item.kind.value,
        title=item.title,
        text=_text(document, query),
        why=reason.sentence(),
        score=round(min(score, 1.0), 3),
    )


def _text(document: Document, query: Vector) -> str:
    match document.item.body:
        case Example() as body:
            return "\n".join((body.good.objective, *(f"– {one}" for one in body.good.key_results)))
        case Metric() as body:
            return f"{body.how_measured} {body.timing.capitalize()}, in {body.unit}. {body.guard}"
        case Template() as body:
            return "\n".join((body.objective, *(f"– {one}" for one in body.key_results)))
        case AntiPattern() as body:
            nearest = _nearest(document, body, query)
            return f"{body.questions[0]}\n“{nearest.poor}” → “{nearest.good}”\n{nearest.why}"
        case _:
            assert_never(document.item.body)


def _nearest(document: Document, body: AntiPattern, query: Vector) -> Reframing:
    likeness = [sum(map(mul, query, vector)) for vector in document.reframings]
    return body.reframings[max(range(len(likeness)), key=likeness.__getitem__)]
