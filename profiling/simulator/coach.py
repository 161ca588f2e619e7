"""The simulator's coach: reads the prompt's facts, answers sensibly, and never claims to be a model.

It keeps to rules that a reader can follow: what the user words is taken verbatim, what the user approves
stays as it is, and every reply ends with at most one thing to answer.
"""

import re
from dataclasses import replace

from profiling.simulator import intent as intents
from profiling.simulator.closing import respond_in_validation, respond_to_change, respond_when_completed
from profiling.simulator.draft import CoachAnswer, Draft
from profiling.simulator.objectives import respond_in_discovery, respond_in_refinement
from profiling.simulator.prompt_facts import PromptFacts
from profiling.simulator.questions import WHICH_COMES_CLOSEST
from profiling.simulator.reading import Reading, measure_name, read_message, tidy
from profiling.simulator.results import respond_in_kr_discovery
from profiling.simulator.situation import Response, Situation
from profiling.simulator.talk import paragraphs, whole_okr
from profiling.simulator.themes import Theme, theme_of
from profiling.simulator.wording import CLOSEST_OR_OWN, HOW_TO_READ
from profiling.simulator.words import listed, phrases, words_of

WHO_I_AM = (
    "I am the simulator: a small program that answers by rules in place of a language model, so"
    " that this server"
    " runs without a key. I can still help you to an objective and its key results. What would"
    " you like to change?"
)
WHO_QUESTIONS = phrases(
    """who are you / what are you / are you claude / are you an ai / are you a bot
    / are you human / are you real
    / which model / what model / are you a person / are you a robot"""
)
OFFER_TO_GO_ON = "If this is good enough for you, say yes and we go on with it as it is."
SUM_UP_AFTER = 10
SUM_UP_EVERY = 5
CHOOSING = listed(
    "option number take pick choose prefer like use go with the i i'd we let's one please is best works"
)
POSITIONS = {"first": 0, "1": 0, "second": 1, "2": 1, "third": 2, "3": 2}


def coach(facts: PromptFacts) -> CoachAnswer:
    """Answer the user's last message."""
    at = _situation(facts)
    if _asks_who(facts.user_text):
        return CoachAnswer(WHO_I_AM, at.draft, intents.ASKS)
    response = _respond(at)
    reply = response.reply
    if _needs_summary(at):
        reply = _summed_up(response)
    return CoachAnswer(reply, response.draft, response.intent or at.intent)


def _summed_up(response: Response) -> str:
    """The reply after a summary of the draft, where the reply does not show all of it anyway."""
    summary = whole_okr(response.draft)
    if not summary or summary in response.reply:
        return response.reply
    return paragraphs("Let me sum up where we are.", summary, OFFER_TO_GO_ON, response.reply)


def _situation(facts: PromptFacts) -> Situation:
    draft = Draft(facts.objective, facts.key_results)
    theme = theme_of((*facts.earlier_user_texts, facts.user_text, facts.objective or ""))
    measure = _measure_in_words(facts.user_text, theme) or _measure_in_question(facts)
    reading = _chosen(facts) or read_message(
        facts.user_text,
        has_objective=draft.objective is not None,
        wants_objective=_wants_objective(facts),
        measure=measure,
        likely_measure=theme.measures[0].name if theme and not draft.results else "",
    )
    intent = intents.intent_of(facts.user_text, proposal=reading.has_proposal, has_draft=not draft.is_empty)
    if intent == intents.CHANGE:
        reading = _without_the_request(reading, facts.user_text)
    else:
        draft = _with_own_words(draft, reading)
    return Situation(facts, reading, intent, theme, draft)


def _without_the_request(reading: Reading, text: str) -> Reading:
    """The reading without a key result that is the request itself: "Lower the target to 70%"."""
    asked = tidy(text)
    return replace(reading, results=tuple(result for result in reading.results if result.text != asked))


def _wants_objective(facts: PromptFacts) -> bool:
    """Whether a plain statement is the objective: until it is settled, and when just asked for."""
    last = facts.earlier_replies[-1] if facts.earlier_replies else ""
    asked = any(question in last for question in (WHICH_COMES_CLOSEST, CLOSEST_OR_OWN, HOW_TO_READ))
    return asked or facts.objective is None or facts.phase in ("discovery", "refinement")


def _measure_in_words(text: str, theme: Theme | None) -> str:
    """The theme's measure that the message names."""
    said = set(words_of(text))
    return next((one.name for one in theme.measures if said & set(one.words.split())), "") if theme else ""


def _measure_in_question(facts: PromptFacts) -> str:
    """What the last reply asked the numbers of."""
    last = facts.earlier_replies[-1] if facts.earlier_replies else ""
    match = re.search(r"show it: (.+?), for instance\?", last) or re.search(
        r"“([^”]+)”: from what to what", last
    )
    return measure_name(match[1]) if match else ""


def _with_own_words(draft: Draft, reading: Reading) -> Draft:
    """The draft with what the user worded; a whole OKR replaces the whole draft."""
    if reading.objective is not None and reading.results:
        return Draft(reading.objective, reading.results)
    if reading.objective is not None:
        return draft.with_objective(reading.objective)
    return draft.with_results(*reading.results)


def _respond(at: Situation) -> Response:
    match at.facts.phase:
        case "refinement":
            return respond_to_change(at) or respond_in_refinement(at)
        case "kr_discovery":
            return respond_to_change(at) or respond_in_kr_discovery(at)
        case "validation":
            return respond_in_validation(at)
        case "completed":
            return respond_when_completed(at)
        case _:
            return respond_to_change(at) or respond_in_discovery(at)


def _chosen(facts: PromptFacts) -> Reading | None:
    """The objective picked from the numbered offers of the last reply: "the second one", "2"."""
    last = facts.earlier_replies[-1] if facts.earlier_replies else ""
    words = words_of(facts.user_text)
    picked = next((POSITIONS[word] for word in words if word in POSITIONS), None)
    if picked is None or not set(words) <= CHOOSING | POSITIONS.keys():
        return None
    offers = _offers(last)
    if not offers or any(character.isdigit() for character in "".join(offers)):
        return None
    return Reading(objective=offers[picked]) if picked < len(offers) else None


def _offers(reply: str) -> list[str]:
    lines = [line.partition(". ") for line in reply.splitlines()]
    return [rest.strip() for number, dot, rest in lines if dot and number.strip().isdecimal()]


def _asks_who(text: str) -> bool:
    joined = f" {' '.join(words_of(text))} "
    return any(f" {question} " in joined for question in WHO_QUESTIONS)


def _needs_summary(at: Situation) -> bool:
    """Whether the talk goes on without progress, and this message brings none either."""
    going_on = at.facts.phase in ("discovery", "refinement", "kr_discovery")
    long_since = at.facts.user_messages >= SUM_UP_AFTER and at.facts.user_messages % SUM_UP_EVERY == 0
    idle = at.intent in (intents.INFORMS, intents.OTHER)
    return going_on and idle and (at.facts.stalled or long_since)
