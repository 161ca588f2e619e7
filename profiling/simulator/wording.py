"""Talking about the words of an objective: taking the user's, offering others."""

from profiling.simulator.drafts import objective_options
from profiling.simulator.intent import CHANGE
from profiling.simulator.measures import FEWEST, invitation, remark_on
from profiling.simulator.prompt_facts import Finding
from profiling.simulator.reading import ACTIVITY_VERBS
from profiling.simulator.situation import Response, Situation
from profiling.simulator.talk import library_example, named, numbered, paragraphs, sentences
from profiling.simulator.words import words_of

WHAT_IF_TRUE = "What would be different, and for whom, once it is true?"
CLOSEST_OR_OWN = "Which comes closest, or how would you put it?"
NO_WORDING_LEFT = "I have no better wording left to offer: how would you put it in your own words?"
HOW_TO_READ = "How should the objective read?"


def take_wording(at: Situation) -> Response:
    """Accept the user's objective word for word, and name the one finding that matters most."""
    taken = f"Taken word for word: “{at.draft.objective}”."
    finding = first(at.objective_findings) or _activity(at)
    if finding is None:
        return go_on_to_results(at, lead=taken)
    offers = objective_options(at.facts, at.theme)
    question = finding.question or WHAT_IF_TRUE
    if not offers:
        return Response(paragraphs(sentences(taken, named(finding)), finding.suggestion, question), at.draft)
    rewrites = "If you want it sharper, you could say:\n" + numbered(offers)
    closing = f"Keep yours, pick a number, or answer this: {question}"
    return Response(paragraphs(sentences(taken, named(finding)), rewrites, closing), at.draft)


def _activity(at: Situation) -> Finding | None:
    """The plainest weakness of all, for when the facts name none: a thing to do instead of a change."""
    opening = words_of(at.draft.objective or "")[:1]
    if not ACTIVITY_VERBS & set(opening):
        return None
    message = "It names a thing to do, not the change it should bring."
    return Finding("output_as_objective", "objective", message, WHAT_IF_TRUE, "")


def offer_rewrites(at: Situation, *, lead: str) -> Response:
    """Name the finding and offer at most three wordings that were not offered before."""
    finding = first(at.objective_findings)
    remark = named(finding) if finding else _weakness(at)
    offers = objective_options(at.facts, at.theme)
    if not offers:
        hint = finding.suggestion if finding else ""
        return Response(sentences(lead, remark, hint, NO_WORDING_LEFT), at.draft)
    question = finding.question if finding and finding.question else CLOSEST_OR_OWN
    body = "You could say:\n" + numbered(offers)
    return Response(paragraphs(sentences(lead, remark, library_example(at.facts)), body, question), at.draft)


def _weakness(at: Situation) -> str:
    if at.intent == CHANGE or not at.weakest_dimension:
        return ""
    return f"What “{at.draft.objective}” still lacks most is {at.weakest_dimension}."


def reword_objective(at: Situation) -> Response:
    """Offer other wordings once the talk had left the objective behind."""
    options = objective_options(at.facts, at.theme)
    offers = "You could say:\n" + numbered(options) if options else ""
    return Response(paragraphs(offers, HOW_TO_READ), at.draft)


def go_on_to_results(at: Situation, *, lead: str) -> Response:
    """Leave the objective and turn to what would prove it."""
    if len(at.draft.results) >= FEWEST:
        return remark_on(at, at.draft, lead=lead)
    return Response(sentences(lead, library_example(at.facts), invitation(at)), at.draft)


def first(findings: tuple[Finding, ...]) -> Finding | None:
    """The first finding, if there is one; the rubric puts the weightiest first."""
    return findings[0] if findings else None
