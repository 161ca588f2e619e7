"""Coaching at the end: changes on request, the explicit yes, and after it nothing more."""

from dataclasses import replace

from profiling.simulator import intent as intents
from profiling.simulator.changes import Change, apply_change
from profiling.simulator.measures import offer, remark_on
from profiling.simulator.questions import ABOUT_OBJECTIVE, ABOUT_RESULTS, propose_objective
from profiling.simulator.results import PROPOSE_WORDS, respond_to_results, with_baseline
from profiling.simulator.situation import Response, Situation
from profiling.simulator.talk import paragraphs, reflection, sentences, whole_okr
from profiling.simulator.wording import reword_objective, take_wording
from profiling.simulator.words import YES_WORDS, words_of

LONGEST_BARE_YES = 2
ASK_FOR_YES = "Is this the version you want to commit to? A yes settles it."


def change_as_asked(at: Situation) -> Change:
    """Apply the user's request for change to the draft."""
    return apply_change(
        at.facts.user_text, at.draft, objective=at.reading.objective, results=at.reading.results
    )


def respond_to_change(at: Situation) -> Response | None:
    """Change the draft on request before it is complete; requests about the wording are the phase's own."""
    if at.intent != intents.CHANGE:
        return None
    change = change_as_asked(at)
    if change.about_objective:
        return reword_objective(at) if at.facts.phase == "kr_discovery" else None
    if change.question:
        return Response(change.question, change.draft)
    return Response(paragraphs(change.done, whole_okr(change.draft), "Is it right now?"), change.draft)


def respond_in_validation(at: Situation) -> Response:
    """Present the whole OKR and ask for a yes; apply what is asked to change."""
    said = set(words_of(at.facts.user_text))
    if at.intent == intents.APPROVES and _yes_is_to_something_else(at):
        return replace(_presented(at, lead=""), intent=intents.INFORMS)
    if at.intent == intents.APPROVES:
        return Response("Confirmed: it stands exactly as written.", at.draft)
    if at.intent == intents.CHANGE:
        return _changed(at)
    if at.reading.objective and at.objective_findings and not at.reading.results:
        return take_wording(at)
    if at.reading.has_proposal:
        return _presented(at, lead=respond_to_results(at).reply if _is_incomplete(at) else _taken(at))
    if PROPOSE_WORDS & said and ABOUT_RESULTS & said:
        return offer(at)
    if at.intent == intents.ASKS and ABOUT_OBJECTIVE & said:
        return propose_objective(at)
    filled = with_baseline(at)
    if filled is not None:
        return Response(paragraphs(reflection(at.facts), whole_okr(filled), ASK_FOR_YES), filled)
    return _presented(at, lead=reflection(at.facts))


def respond_when_completed(at: Situation) -> Response:
    """Say little: it is done."""
    if at.intent in (intents.CHANGE, intents.PROPOSES):
        return Response(
            "This one is settled and stays as it is. Start a new session for another version.", at.draft
        )
    if at.intent == intents.ASKS:
        return Response(paragraphs("It is settled as it stands:", whole_okr(at.draft)), at.draft)
    return Response("It is settled. Check in when the numbers move.", at.draft)


def _yes_is_to_something_else(at: Situation) -> bool:
    """Whether a bare yes answers a reply that showed no OKR: nobody commits to what they have not seen."""
    last = at.facts.earlier_replies[-1] if at.facts.earlier_replies else ""
    words = words_of(at.facts.user_text)
    bare = len(words) <= LONGEST_BARE_YES and words[0] in YES_WORDS
    return bool(last) and bare and last.endswith("?") and (at.draft.objective or "") not in last


def _changed(at: Situation) -> Response:
    change = change_as_asked(at)
    if change.about_objective:
        return reword_objective(at)
    if change.question:
        return Response(sentences("Nothing is settled yet.", change.question), change.draft)
    return Response(paragraphs(change.done, whole_okr(change.draft), ASK_FOR_YES), change.draft)


def _is_incomplete(at: Situation) -> bool:
    return any(result.baseline is None for result in at.reading.results)


def _taken(at: Situation) -> str:
    if at.reading.objective:
        return f"The objective is now “{at.reading.objective}”."
    return "Added: " + "; ".join(f"“{result.text}”" for result in at.reading.results) + "."


def _presented(at: Situation, *, lead: str) -> Response:
    if not at.draft.results:
        return remark_on(at, at.draft, lead=lead)
    if lead.endswith("?"):
        return Response(lead, at.draft)
    return Response(paragraphs(lead, whole_okr(at.draft), ASK_FOR_YES), at.draft)
