"""Coaching towards key results: taking the user's numbers, asking for missing ones, proposing some."""

from dataclasses import replace

from profiling.simulator import intent as intents
from profiling.simulator.changes import named_result
from profiling.simulator.draft import Draft
from profiling.simulator.drafts import WANTING
from profiling.simulator.measures import (
    ASK_BOTH,
    FEWEST,
    FOR_INSTANCE,
    GENERAL_QUESTIONS,
    ask_for_measure,
    offer,
    remark_on,
    start_from_told,
)
from profiling.simulator.quantities import Quantity, parsed_result, quantities_in
from profiling.simulator.questions import answer_question
from profiling.simulator.situation import Response, Situation
from profiling.simulator.talk import one_question, paragraphs, reflection, sentences, whole_okr
from profiling.simulator.wording import take_wording
from profiling.simulator.words import listed, words_of

PROPOSE_WORDS = listed("suggest propose ideas idea examples example help candidates recommend")
TODAY = listed("is are today currently now actually stands it's at")
REACHING_VERBS = ("Achieve", "Reach", "Get", "Hit", "Have")
COMMIT_QUESTION = "Is this the version you want to commit to?"


def respond_in_kr_discovery(at: Situation) -> Response:
    """Bring the draft to two to five key results that anybody could grade."""
    if at.reading.results:
        return respond_to_results(at)
    if at.reading.objective is not None:
        return take_wording(at)
    filled = with_baseline(at)
    if filled is not None:
        changed = next(result for result in filled.results if result not in at.draft.results)
        return remark_on(at, filled, lead=f"Then it reads: “{changed.text}”.")
    if at.intent == intents.APPROVES:
        return _after_approval(at)
    if at.reading.unmeasured is not None:
        question = f"“{at.reading.unmeasured}”: from what to what? {ASK_BOTH}"
        return Response(question, at.draft)
    if at.reading.activity is not None:
        means = f"“{at.reading.activity}” is how you may get there; a key result says what will have moved."
        question = one_question((f"Which number would it move? {ASK_BOTH}", *GENERAL_QUESTIONS), at.facts)
        return Response(sentences(means, question), at.draft)
    if PROPOSE_WORDS & set(words_of(at.facts.user_text)):
        return offer(at)
    if at.intent == intents.ASKS:
        return answer_question(at)
    return start_from_told(at) or _go_on(at)


def respond_to_results(at: Situation) -> Response:
    """Acknowledge what the user worded, with the one remark that helps most."""
    objective = f"Taken word for word: “{at.reading.objective}”." if at.reading.objective else ""
    listed_results = "; ".join(f"“{result.text}”" for result in at.reading.results)
    results = (
        f"Taken as {'key results' if len(at.reading.results) > 1 else 'a key result'}: {listed_results}."
    )
    return remark_on(at, at.draft, lead=sentences(objective, results if listed_results else ""))


def with_baseline(at: Situation) -> Draft | None:
    """The draft with the user's figure as the missing baseline of a key result of the same unit."""
    told = quantities_in(at.facts.user_text)
    if len(told) != 1 or at.intent in (intents.ASKS, intents.CHANGE):
        return None
    for index, result in enumerate(at.draft.results):
        wanted = quantities_in(result.text)
        if result.baseline is None and len(wanted) == 1 and result.unit == told[0].unit:
            worded = _with_start(result.text, start=told[0].text, goal=wanted[0].text)
            return at.draft.replaced(index, parsed_result(worded))
    return _corrected(at, told[0]) or _with_goal(at, told[0])


def _with_goal(at: Situation, told: Quantity) -> Draft | None:
    """The draft with another target, where the user says what they want and one key result has that unit."""
    fitting = [index for index, one in enumerate(at.draft.results) if one.unit == told.unit and told.unit]
    if len(fitting) != 1 or not WANTING & set(words_of(at.facts.user_text)):
        return None
    result = at.draft.results[fitting[0]]
    parts = quantities_in(result.text)
    if (
        result.baseline is None
        or len(parts) != 2
        or (told.value < result.baseline) != (result.direction == "decrease")
    ):
        return None
    before, _, after = result.text.rpartition(parts[1].text)
    return at.draft.replaced(fitting[0], parsed_result(before + told.text + after))


def _corrected(at: Situation, told: Quantity) -> Draft | None:
    """The draft with another baseline, where the message names a key result's measure and its value today."""
    said = set(words_of(at.facts.user_text))
    index = named_result(words_of(at.facts.user_text), at.draft)
    if index is None or not TODAY & said:
        return None
    result = at.draft.results[index]
    parts = quantities_in(result.text)
    if result.baseline is None or result.target is None or len(parts) != 2 or parts[0].unit != told.unit:
        return None
    same_side = (told.value < result.target) == (result.baseline < result.target)
    if not same_side or told.value == result.baseline:
        return None
    return at.draft.replaced(index, parsed_result(result.text.replace(parts[0].text, told.text, 1)))


def _with_start(text: str, *, start: str, goal: str) -> str:
    """Reword a key result that names only its goal: "to under 2 hours" becomes "from 8 hours to 2 hours"."""
    before, _, after = text.partition(goal)
    if text.startswith(REACHING_VERBS) and after.strip():
        # "Achieve 95% customer satisfaction" has its measure after the number.
        return f"Increase {after.strip()} from {start} to {goal}"
    before = before.rstrip()
    for ending in (" under", " below", " over", " above", " at least", " at most", " to", " by"):
        before = before.removesuffix(ending)
    return f"{before} from {start} to {goal}{after}"


def _after_approval(at: Situation) -> Response:
    last = at.facts.earlier_replies[-1] if at.facts.earlier_replies else ""
    if not at.draft.results or (len(at.draft.results) < FEWEST and FOR_INSTANCE in last):
        # A yes to "this, for instance?" answers the question; it approves no draft.
        return replace(offer(at), intent=intents.INFORMS)
    if len(at.draft.results) < FEWEST:
        return Response(sentences("Good, that one stays.", ask_for_measure(at, another=True)), at.draft)
    return Response(paragraphs("Good. The whole of it:", whole_okr(at.draft), COMMIT_QUESTION), at.draft)


def _go_on(at: Situation) -> Response:
    if len(at.draft.results) >= FEWEST:
        return remark_on(at, at.draft, lead=reflection(at.facts))
    question = ask_for_measure(at, another=bool(at.draft.results))
    return Response(sentences(reflection(at.facts), question), at.draft)
