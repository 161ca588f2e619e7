"""How the simulator's coach answers, phase by phase."""

from dataclasses import replace

import pytest

from profiling.simulator.coach import coach
from profiling.simulator.draft import CoachAnswer, DraftResult
from profiling.simulator.drafts import MOST_OFFERS
from profiling.simulator.messages import Turn
from profiling.simulator.prompt_facts import Finding, PromptFacts, Suggestion
from profiling.simulator.quantities import parsed_result

OBJECTIVE = "Make customers stay with us because they love what they achieve"
RESULTS = (
    parsed_result("Increase retention from 60% to 75%"),
    parsed_result("Reduce churn from 8% to 5%"),
)
VAGUE = Finding("vague_outcome", "objective", "It says little yet.", "What would you see?", "Name who gains.")


def _answer(text: str, **facts: object) -> CoachAnswer:
    return coach(replace(PromptFacts(text), **facts))  # type: ignore[arg-type]  # fields by name


def test_it_drafts_an_objective_from_a_wish_and_asks_one_question() -> None:
    answer = _answer("I want to improve customer retention")

    assert answer.draft.objective is not None
    assert "you want to improve customer retention" in answer.reply
    assert answer.reply.count("?") == 1


def test_it_drafts_from_the_users_own_words_where_it_knows_no_subject() -> None:
    answer = _answer("We need to improve our bakery's bread")

    assert "bakery's bread" in str(answer.draft.objective)


def test_a_wish_for_better_gets_a_question_and_no_draft() -> None:
    answer = _answer("I want to do better")

    assert answer.draft.objective is None
    assert answer.reply.endswith("?")


def test_it_asks_no_question_twice() -> None:
    first = _answer("I want to do better")
    second = _answer(
        "Make things better", earlier=(Turn("user", "I want to do better"), Turn("assistant", first.reply))
    )

    assert second.reply.split(". ")[-1] not in first.reply


def test_an_activity_is_reframed_and_not_taken_over() -> None:
    answer = _answer("Hire 10 more salespeople", phase="refinement", objective=OBJECTIVE)

    assert answer.draft.objective == OBJECTIVE
    assert "means to an end" in answer.reply


def test_a_wording_of_the_user_is_taken_verbatim() -> None:
    answer = _answer("Grow Annual Recurring Revenue", phase="refinement", objective=OBJECTIVE)

    assert (answer.draft.objective, answer.user_intent) == ("Grow Annual Recurring Revenue", "proposes")


def test_it_names_the_finding_in_the_rubrics_words_and_offers_at_most_three_rewrites() -> None:
    answer = _answer(
        "Our objective is: Improve retention", phase="refinement", objective=OBJECTIVE, turn_findings=(VAGUE,)
    )

    assert VAGUE.message in answer.reply
    assert VAGUE.question in answer.reply
    assert sum(line[:2] in ("1.", "2.", "3.", "4.") for line in answer.reply.splitlines()) <= MOST_OFFERS


def test_it_never_offers_again_what_was_on_the_table() -> None:
    history: tuple[Turn, ...] = (Turn("user", "I want to improve retention"),)
    seen: list[str] = []
    for _ in range(4):
        answer = _answer("I don't like it", phase="refinement", objective="Retain", earlier=history)
        offers = [line.partition(". ")[2] for line in answer.reply.splitlines() if line[:1].isdigit()]
        assert not set(offers) & set(seen)
        seen += offers
        history = (*history, Turn("assistant", answer.reply), Turn("user", "I don't like it"))

    assert seen
    assert "in your own words" in answer.reply


def test_a_picked_offer_becomes_the_objective() -> None:
    offered = "You could say:\n1. Make onboarding a joy\n2. Make every shop glad it joined"

    answer = _answer(
        "the second one", phase="refinement", objective="Retain", earlier=(Turn("assistant", offered),)
    )

    assert answer.draft.objective == "Make every shop glad it joined"


@pytest.mark.parametrize("phase", ["refinement", "kr_discovery", "validation"])
def test_what_is_approved_stays_field_for_field(phase: str) -> None:
    stored = (
        DraftResult("Shops from 1,200 to 2,000", "metric", "increase", 1200.0, 2000.0, "shops"),
        *RESULTS,
    )

    answer = _answer("Looks good to me", phase=phase, objective=OBJECTIVE, key_results=stored)

    assert answer.user_intent == "approves"
    assert (answer.draft.objective, answer.draft.results) == (OBJECTIVE, stored)


def test_it_turns_the_users_numbers_into_key_results() -> None:
    answer = _answer(
        "Retention from 60% to 75%, and NPS from 30 to 50", phase="kr_discovery", objective=OBJECTIVE
    )

    assert [result.text for result in answer.draft.results] == [
        "Increase retention from 60% to 75%",
        "Increase NPS from 30 to 50",
    ]


def test_it_asks_for_baseline_and_source_together() -> None:
    answer = _answer("Reduce response time to under 2 hours", phase="kr_discovery", objective=OBJECTIVE)

    assert "where does it stand today, and which report will show it?" in answer.reply


def test_a_told_baseline_completes_the_key_result() -> None:
    waiting = parsed_result("Reduce response time to under 2 hours")

    answer = _answer("It is 8 hours, says our ticket system", phase="kr_discovery", objective=OBJECTIVE,
                     key_results=(waiting,))  # fmt: skip

    assert answer.draft.results[0].text == "Reduce response time from 8 hours to 2 hours"
    assert answer.draft.results[0].baseline == 8


def test_asked_for_key_results_it_uses_the_users_figure_and_owns_up_to_assumed_ones() -> None:
    answer = _answer(
        "What about key results?",
        phase="kr_discovery",
        objective=OBJECTIVE,
        earlier=(
            Turn("user", "I want to improve retention"),
            Turn("user", "Currently our retention is around 60%"),
        ),
    )

    assert answer.draft.results[0].text == "Increase customer retention from 60% to 75%"
    assert len(answer.draft.results) == 3
    assert "assumed" in answer.reply


def test_a_yes_with_a_but_is_a_request_for_change() -> None:
    answer = _answer(
        "yes, but change the second one", phase="validation", objective=OBJECTIVE, key_results=RESULTS
    )

    assert answer.user_intent == "requests_change"
    assert "Reduce churn" in answer.reply


@pytest.mark.parametrize(
    ("request_text", "results"),
    [
        ("Can we make the first one tougher?", ["Increase retention from 60% to 78%", RESULTS[1].text]),
        ("The churn target is too ambitious", [RESULTS[0].text, "Reduce churn from 8% to 5.6%"]),
        ("Lower the target of the first to 70%", ["Increase retention from 60% to 70%", RESULTS[1].text]),
        ("Please remove the last one", [RESULTS[0].text]),
        (
            "Change the second one to: Reduce monthly churn from 8% to 4%",
            [RESULTS[0].text, "Reduce monthly churn from 8% to 4%"],
        ),
    ],
)
def test_it_applies_a_clear_change(request_text: str, results: list[str]) -> None:
    answer = _answer(request_text, phase="validation", objective=OBJECTIVE, key_results=RESULTS)

    assert answer.user_intent == "requests_change"
    assert [result.text for result in answer.draft.results] == results


def test_validation_shows_the_whole_okr_and_asks_for_a_yes() -> None:
    answer = _answer("so this is it then", phase="validation", objective=OBJECTIVE, key_results=RESULTS)

    assert all(text in answer.reply for text in (OBJECTIVE, RESULTS[0].text, RESULTS[1].text))
    assert "yes" in answer.reply.lower()


def test_after_the_yes_it_offers_nothing_more() -> None:
    answer = _answer("Yes", phase="validation", objective=OBJECTIVE, key_results=RESULTS)

    assert len(answer.reply) < 80
    assert "?" not in answer.reply


def test_a_bare_yes_to_another_question_shows_the_okr_before_it_settles_it() -> None:
    question = Turn("assistant", "Is there a third, or shall we look at the whole?")

    answer = _answer("yes", phase="validation", objective=OBJECTIVE, key_results=RESULTS, earlier=(question,))

    assert answer.user_intent == "informs"
    assert OBJECTIVE in answer.reply


def test_a_yes_to_one_proposed_measure_brings_it_and_approves_nothing() -> None:
    asked = Turn(
        "assistant", "What else would show it: Net Promoter Score, for instance? Where does it stand today?"
    )

    answer = _answer(
        "yes", phase="kr_discovery", objective=OBJECTIVE, key_results=RESULTS[:1], earlier=(asked,)
    )

    assert answer.user_intent == "informs"
    assert len(answer.draft.results) == 3


def test_a_told_figure_corrects_an_assumed_one() -> None:
    answer = _answer(
        "our retention is 55% today", phase="kr_discovery", objective=OBJECTIVE, key_results=RESULTS
    )

    assert answer.draft.results[0].text == "Increase retention from 55% to 75%"


@pytest.mark.parametrize("text", ["help me with an objective", "give me some ideas", "suggest an objective"])
def test_a_request_for_help_is_a_question_and_no_objective(text: str) -> None:
    answer = _answer(text, phase="refinement", objective=OBJECTIVE)

    assert (answer.user_intent, answer.draft.objective) == ("asks", OBJECTIVE)


def test_a_whole_okr_replaces_the_draft() -> None:
    answer = _answer(
        "Objective: Make shops calm\n- Failed payments from 4% to 1%\n- Complaints from 40 to 10 per week",
        phase="refinement",
        objective=OBJECTIVE,
        key_results=RESULTS,
    )

    assert answer.draft.objective == "Make shops calm"
    assert [result.text for result in answer.draft.results] == [
        "Failed payments from 4% to 1%",
        "Complaints from 40 to 10 per week",
    ]


@pytest.mark.parametrize("question", ["Who are you?", "are you Claude?", "Which model is this? what are you"])
def test_asked_who_it_is_it_says_that_it_is_the_simulator(question: str) -> None:
    answer = _answer(question)

    assert "simulator" in answer.reply
    assert "Claude" not in answer.reply


def test_a_stalled_talk_is_summed_up() -> None:
    answer = _answer("We are a nice team", phase="kr_discovery", objective=OBJECTIVE, stalled=True)

    assert "sum up" in answer.reply
    assert OBJECTIVE in answer.reply


def test_it_teaches_by_example_when_the_strategy_says_so() -> None:
    example = Suggestion("Fewer failed payments", "Failed payments from 4% to 1%", "It fits retail.")

    answer = _answer(
        "ok", phase="refinement", objective=OBJECTIVE, strategy="example_driven", suggestions=(example,)
    )

    assert example.text in answer.reply


@pytest.mark.parametrize(
    "text", ["", "?", "\u0000", "👍", "<script>", "1", "x" * 5_000, "\n\n- \n- ", "from to"]
)
@pytest.mark.parametrize("phase", ["discovery", "refinement", "kr_discovery", "validation", "completed"])
def test_it_has_an_answer_to_anything(text: str, phase: str) -> None:
    for results in ((), RESULTS):
        answer = _answer(text, phase=phase, objective=OBJECTIVE if results else None, key_results=results)

        assert answer.reply.strip()
