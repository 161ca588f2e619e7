"""Questions: the ones the coach asks next, and answers to the ones it is asked."""

from profiling.simulator.drafts import objective_options
from profiling.simulator.measures import ASK_BOTH, FEWEST, PROPOSE_OFFER, offer, remark_on
from profiling.simulator.situation import Response, Situation
from profiling.simulator.talk import capitalised, numbered, one_question, paragraphs, sentences
from profiling.simulator.wording import offer_rewrites
from profiling.simulator.words import listed, words_of

OPENING_QUESTIONS = (
    "What is the one thing that should be noticeably different three months from now, and for whom?",
    "Who is let down by how it works today, and what do they run into?",
    "If only one change succeeded this quarter, which one would people thank you for?",
    "Think of the last time this went wrong: what happened, and to whom?",
)
DEEPER_QUESTIONS = (
    "Where do you stand today in numbers, and which report shows it?",
    "Why does it matter now: what happens if nothing changes?",
    "How would the people you do this for describe the difference?",
    "How far would you have to get for it to feel like a real achievement?",
)
WHICH_COMES_CLOSEST = "Which comes closest, or how would you say it yourself?"

ABOUT_RESULTS = listed(
    "results result kr krs measure measures metrics metric baseline target targets third another"
)
ABOUT_OBJECTIVE = listed("objective objectives goal goals wording suggest propose example examples")
PROPOSING = listed("suggest propose recommend help ideas examples example")
ABOUT_QUALITY = listed("wrong weak weakness better improve missing score scored bad why")
ABOUT_SCOPE = listed("scope company-wide team-specific wide team teams company department")
ABOUT_FOCUS = listed("focus start begin priority priorities")
ABOUT_OKRS = listed("okr okrs mean means difference explain")
GREETINGS = listed("hello hi hey morning evening greetings")

SCOPE_ANSWER = (
    "Scope it to the people who can decide on it: a team's objective if your team alone can move the result,"
    " a company's if several teams have to change something."
)
FOCUS_ANSWER = (
    "On the one change whose absence hurts most: one objective that people feel beats five that they file."
)
OKR_ANSWER = (
    "An objective says in one line what should change and for whom; two to five key results,"
    " each a number with"
    " a from and a to, prove that it has."
)


def next_question(at: Situation) -> str:
    """What to ask next: the strategy's reframing, the theme's own question, then the deeper ones."""
    questions = list(at.facts.questions) if at.facts.strategy == "reframing_intensive" else []
    if at.theme is None:
        return one_question([*questions, *OPENING_QUESTIONS], at.facts)
    questions.append(capitalised(at.theme.question))
    texts = (*at.facts.earlier_user_texts, at.facts.user_text)
    numbers_known = any(character.isdigit() for text in texts for character in text)
    return one_question(
        [*questions, *(DEEPER_QUESTIONS[1:] if numbers_known else DEEPER_QUESTIONS)], at.facts
    )


def answer_question(at: Situation) -> Response:
    """Answer what the user asks, as far as its words show what it is about, and ask on."""
    said = set(words_of(at.facts.user_text))
    if ABOUT_RESULTS & said or _results_were_asked(at):
        return offer(at)
    if ABOUT_OBJECTIVE & said:
        return propose_objective(at)
    if ABOUT_QUALITY & said and (at.objective_findings or at.weakest_dimension):
        return offer_rewrites(at, lead="")
    if ABOUT_SCOPE & said:
        question = "Who would have to change something for this to come true?"
        return Response(sentences(SCOPE_ANSWER, _mention(at), question), at.draft)
    if ABOUT_FOCUS & said:
        return Response(sentences(FOCUS_ANSWER, next_question(at)), at.draft)
    if ABOUT_OKRS & said:
        return Response(sentences(OKR_ANSWER, _mention(at), next_question(at)), at.draft)
    if len(at.draft.results) >= FEWEST:
        return remark_on(at, at.draft)
    if GREETINGS & said:
        return Response(sentences("Hello.", _mention(at), next_question(at)), at.draft)
    lead = "That depends on the change you are after, so let us pin it down."
    return Response(sentences(lead, _mention(at), next_question(at)), at.draft)


def _results_were_asked(at: Situation) -> bool:
    """Whether "suggest some" is about key results: the last reply asked for numbers."""
    last = at.facts.earlier_replies[-1] if at.facts.earlier_replies else ""
    said = set(words_of(at.facts.user_text))
    return (
        bool(PROPOSING & said)
        and not said & {"objective", "goal"}
        and (PROPOSE_OFFER in last or ASK_BOTH in last)
    )


def propose_objective(at: Situation) -> Response:
    """Offer wordings to choose from; the first becomes the draft if there is none."""
    options = objective_options(at.facts, at.theme)
    current = at.draft.objective
    if not options:
        stands = f"I would keep “{current}”." if current else "I can word it once I know the change."
        return Response(sentences(stands, next_question(at)), at.draft)
    draft = at.draft if current else at.draft.with_objective(options[0])
    lead = "It should say what changes and for whom, in a line people remember."
    ours = f"Ours says “{current}”. It could also be:" if current else "For example:"
    return Response(paragraphs(sentences(lead, ours), numbered(options), WHICH_COMES_CLOSEST), draft)


def _mention(at: Situation) -> str:
    return f"Our draft so far: “{at.draft.objective}”." if at.draft.objective else ""
