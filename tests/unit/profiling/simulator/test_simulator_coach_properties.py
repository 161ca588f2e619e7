"""What holds for the simulator's coach whatever the user writes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from profiling.simulator.coach import coach
from profiling.simulator.messages import Turn
from profiling.simulator.prompt_facts import PHASES, PromptFacts
from profiling.simulator.quantities import parsed_result
from profiling.simulator.replies import COACH_FIELDS

FRAGMENTS = (
    "yes", "no", "but", "change", "the second one", "to", "from", "60%", "75%", "$5M", "$10M", "3",
    "make", "tougher", "too high", "target", "objective", ":", "our objective is", "Grow revenue", "- ",
    "\n", "?", ",", "swap", "remove", "last", "churn", "NPS", "by", "20%", "hire", "suggest",
    "key results", "today", "we want",
)  # fmt: skip
MESSAGES = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join) | st.text(max_size=80)
RESULTS = st.lists(MESSAGES.filter(str.strip).map(parsed_result), max_size=6).map(tuple)
KINDS = {"metric", "milestone", "binary"}
DIRECTIONS = {"increase", "decrease", "maintain"}
INTENTS = {"asks", "informs", "proposes", "approves", "requests_change", "other"}

SITUATIONS = st.builds(
    PromptFacts,
    user_text=MESSAGES,
    phase=st.sampled_from(PHASES),
    objective=st.none() | MESSAGES.filter(str.strip),
    key_results=RESULTS,
    user_messages=st.integers(1, 20),
    stalled=st.booleans(),
    earlier=st.lists(st.builds(Turn, st.sampled_from(("user", "assistant")), MESSAGES), max_size=3).map(
        tuple
    ),
)


@settings(max_examples=200, deadline=None)
@given(SITUATIONS)
def test_the_answer_always_fits_the_schema(facts: PromptFacts) -> None:
    answer = coach(facts).as_json()

    assert tuple(answer) == ("reply", "objective", "key_results", "user_intent")
    assert answer.keys() == COACH_FIELDS
    assert str(answer["reply"]).strip()
    assert answer["user_intent"] in INTENTS
    for result in coach(facts).draft.results:
        assert result.text
        assert result.kind in KINDS
        assert result.direction in DIRECTIONS


@settings(max_examples=200, deadline=None)
@given(SITUATIONS)
def test_what_is_approved_never_changes(facts: PromptFacts) -> None:
    answer = coach(facts)

    if answer.user_intent == "approves" and facts.objective and facts.key_results:
        assert (answer.draft.objective, answer.draft.results) == (facts.objective, facts.key_results)
