"""Proposing, asking for and remarking on key results."""

from dataclasses import replace

from profiling.simulator.draft import Draft
from profiling.simulator.drafts import Candidate, candidates, free_measures
from profiling.simulator.situation import Response, Situation
from profiling.simulator.talk import named, numbered, one_question, paragraphs, sentences, whole_okr

FEWEST = 2
ENOUGH = 3
MOST = 5
THIRD_OR_DONE = "Is there a third that guards against gaming these, or is this it?"
FOR_INSTANCE = "for instance?"
ASK_BOTH = "Where does it stand today, and which report or survey will show it?"
GENERAL_QUESTIONS = (
    "Which two or three numbers would prove to a sceptic that it came true? Give each as a from and a to.",
    "What could you count that moves only if the objective does, and from where to where should it go?",
    "What would you look at every week to see whether you are getting there, and what does it show today?",
)
PROPOSE_OFFER = "Tell me where they stand today and where they should be, or ask me to propose some."


def invitation(at: Situation) -> str:
    """Ask for numbers that would prove the objective, with examples from the theme."""
    if at.theme is None:
        return one_question(GENERAL_QUESTIONS, at.facts)
    free = [measure.name for measure in free_measures(at.theme, at.draft)]
    if at.draft.results or len(free) < FEWEST:
        return ask_for_measure(at, another=bool(at.draft.results))
    return f"Which two or three numbers would prove it: {free[0]}, perhaps, or {free[1]}? {PROPOSE_OFFER}"


def ask_for_measure(at: Situation, *, another: bool = False) -> str:
    """Ask for one measure, for its baseline and its source together."""
    if at.theme is None:
        return one_question(GENERAL_QUESTIONS, at.facts)
    free = free_measures(at.theme, at.draft)
    if not free:
        return one_question(GENERAL_QUESTIONS, at.facts)
    lead = "What else would show it" if another else "What would show it"
    return f"{lead}: {free[0].name}, {FOR_INSTANCE} {ASK_BOTH}"


def offer(at: Situation) -> Response:
    """Propose key results and put them into the draft, saying which figures are only assumed."""
    if at.theme is None:
        return Response(one_question(GENERAL_QUESTIONS, at.facts), at.draft)
    proposed = candidates(at.facts, at.theme, at.draft)
    if not proposed:
        return remark_on(at, at.draft, lead="I would leave it at these.")
    draft = at.draft.with_results(*(candidate.result for candidate in proposed))
    lead = "These would prove it:" if not at.draft.results else "To go with what we have:"
    lines = [f"{candidate.result.text} (read from {candidate.source})" for candidate in proposed]
    closing = "Shall we take these, or which would you change?"
    return Response(paragraphs(lead, numbered(lines), sentences(_assumption(proposed), closing)), draft)


def start_from_told(at: Situation) -> Response | None:
    """Turn a figure the user has just told into a first key result, and ask how far it should go."""
    if at.theme is None or not any(character.isdigit() for character in at.facts.user_text):
        return None
    for candidate in candidates(at.facts, at.theme, at.draft):
        told = [figure for figure in (candidate.told, candidate.told_goal) if figure]
        if candidate.assumed or not any(figure in at.facts.user_text for figure in told):
            continue
        draft = at.draft.with_results(candidate.result)
        worded = f"From your {' and '.join(told)} I would make this key result: “{candidate.result.text}”."
        tame = "" if candidate.told_goal else "The goal is mine: move it if it is too tame."
        return Response(
            sentences(worded, tame, ask_for_measure(replace(at, draft=draft), another=True)), draft
        )
    return None


def remark_on(at: Situation, draft: Draft, *, lead: str = "") -> Response:
    """Say or ask the one thing about the key results that helps most."""
    count = len(draft.results)
    missing = next(
        (result for result in draft.results if result.kind == "metric" and result.baseline is None), None
    )
    unmeasured = next((result for result in draft.results if result.kind == "binary"), None)
    if draft.objective is None:
        return Response(sentences(lead, "What is the change they are to prove, and for whom?"), draft)
    remark = sentences(*(named(finding) for finding in at.result_findings[:1]))
    if missing is not None:
        question = f"For “{missing.text}”: where does it stand today, and which report will show it?"
    elif unmeasured is not None:
        question = (
            f"How would anybody see that “{unmeasured.text}” is done: which number moves, from what to what?"
        )
    elif count > MOST:
        question = f"{count} key results are more than people keep in mind: which three would you fight for?"
    elif count < FEWEST:
        question = ask_for_measure(at, another=bool(count))
    else:
        question = "Does this say what you mean?" if count >= ENOUGH else THIRD_OR_DONE
        return Response(paragraphs(sentences(lead, remark), whole_okr(draft), question), draft)
    return Response(paragraphs(sentences(lead, remark), question), draft)


def _assumption(proposed: tuple[Candidate, ...]) -> str:
    assumed = [candidate for candidate in proposed if candidate.assumed]
    if not assumed:
        return (
            "The starting values are yours, the goals are mine: move them if they are too tame or too bold."
        )
    if len(assumed) == len(proposed):
        return "The figures are assumptions of mine: put in your own starting values."
    return "Where you had not told me today's value I assumed one: correct it."
