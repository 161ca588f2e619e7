"""Coaching towards an objective: the phases of discovery and refinement."""

from profiling.simulator import intent as intents
from profiling.simulator.drafts import objective_options
from profiling.simulator.measures import remark_on, start_from_told
from profiling.simulator.questions import DEEPER_QUESTIONS, GREETINGS, answer_question, next_question
from profiling.simulator.results import respond_to_results, with_baseline
from profiling.simulator.situation import Response, Situation
from profiling.simulator.talk import named, one_question, paragraphs, reflection, sentences
from profiling.simulator.wording import first, go_on_to_results, offer_rewrites, take_wording
from profiling.simulator.words import words_of

ACTIVITY_CODES = ("activity_focused", "output_as_objective", "business_as_usual")
ACTIVITY_QUESTION = "If it worked, what would be different afterwards, and for whom?"


def respond_in_discovery(at: Situation) -> Response:
    """Find out what should change, and draft an objective once there is something to work with."""
    if at.draft.objective is not None and (
        at.intent in (intents.APPROVES, intents.CHANGE) or at.draft.results
    ):
        return respond_in_refinement(at)
    own = _own_words(at)
    if own is not None:
        return own
    if at.intent == intents.ASKS:
        return answer_question(at)
    if at.draft.objective is None and set(words_of(at.facts.user_text)) <= GREETINGS:
        return Response(sentences("Hello.", next_question(at)), at.draft)
    if at.draft.objective is None:
        return _first_draft(at)
    draft_line = f"Our draft so far: “{at.draft.objective}”."
    return Response(paragraphs(sentences(reflection(at.facts), draft_line), next_question(at)), at.draft)


def respond_in_refinement(at: Situation) -> Response:
    """Sharpen the objective with the rubric's findings, or leave it and go on to results."""
    own = _own_words(at)
    if own is not None:
        return own
    if at.draft.objective is None:
        return respond_in_discovery(at)
    if at.intent == intents.CHANGE:
        return offer_rewrites(at, lead="Then let us word it differently.")
    if at.intent == intents.APPROVES:
        return go_on_to_results(at, lead=f"Then “{at.draft.objective}” stands.")
    if at.intent == intents.ASKS:
        return answer_question(at)
    filled = with_baseline(at)
    if filled is not None:
        return remark_on(at, filled, lead=reflection(at.facts))
    if at.objective_findings or at.weakest_dimension:
        return offer_rewrites(at, lead=reflection(at.facts))
    return start_from_told(at) or go_on_to_results(
        at,
        lead=paragraphs(reflection(at.facts), f"The objective reads well as it is: “{at.draft.objective}”."),
    )


def _own_words(at: Situation) -> Response | None:
    """The answer to a message that words a part of the OKR, or names an activity."""
    if at.reading.results:
        return respond_to_results(at)
    if at.reading.objective is not None:
        return take_wording(at)
    if at.reading.activity is not None:
        return _reframe_activity(at)
    return None


def _reframe_activity(at: Situation) -> Response:
    """Lead from something to do to what it is for; the draft stays as it is."""
    finding = first(tuple(f for f in at.facts.turn_findings if f.code in ACTIVITY_CODES))
    remark = f"“{at.reading.activity}” is something to do, a means to an end."
    questions = [*at.facts.questions, ACTIVITY_QUESTION, *DEEPER_QUESTIONS]
    if finding:
        remark = sentences(remark, named(finding))
        questions = [finding.question, *questions] if finding.question else questions
    draft, options = at.draft, objective_options(at.facts, at.theme)
    served = f"I keep our draft in mind: “{draft.objective}”." if draft.objective else ""
    if draft.objective is None and options:
        draft = draft.with_objective(options[0])
        served = f"Perhaps what it serves is this: “{options[0]}”."
    return Response(paragraphs(sentences(remark, served), one_question(questions, at.facts)), draft)


def _first_draft(at: Situation) -> Response:
    options = objective_options(at.facts, at.theme)
    mirrored = reflection(at.facts)
    if options:
        first = f"A first draft to react to: “{options[0]}”."
        return Response(paragraphs(mirrored, first, next_question(at)), at.draft.with_objective(options[0]))
    remark = next((named(finding) for finding in at.facts.turn_findings), "")
    vague = remark or "That leaves open what should change."
    return Response(sentences(mirrored or vague, next_question(at)), at.draft)
