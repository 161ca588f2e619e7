"""What the simulator's coach finds in the user's words."""

import pytest

from profiling.simulator.quantities import movement_in, parsed_result, quantities_in
from profiling.simulator.reading import read_message, topic_of


@pytest.mark.parametrize(
    ("text", "direction", "baseline", "target", "unit"),
    [
        ("Increase Net Promoter Score from 30 to 50", "increase", 30, 50, ""),
        ("Reduce time to market from 6 months to 3", "decrease", 6, 3, "months"),
        ("Raise retention from 60 to 75%", "increase", 60, 75, "%"),
        ("Grow revenue from $1.2M to $2M by Q4 2026", "increase", 1_200_000, 2_000_000, "$"),
        ("Increase users from 1,000 to 1,500 customers", "increase", 1000, 1500, "customers"),
        ("Keep churn below 3%", "maintain", None, 3, "%"),
        ("Reduce average response time to under 2 hours", "decrease", None, 2, "hours"),
        ("Increase average deal size by 30%", "increase", None, 30, "% change"),
        ("Cut the loss from -5% to -2.5%", "increase", -5, -2.5, "%"),
    ],
)
def test_it_reads_the_numbers_of_a_key_result(
    text: str, direction: str, baseline: float | None, target: float, unit: str
) -> None:
    result = parsed_result(text)

    assert (result.text, result.kind) == (text, "metric")
    assert (result.direction, result.baseline, result.target, result.unit) == (
        direction,
        baseline,
        target,
        unit,
    )


def test_a_result_without_a_number_is_a_milestone_or_a_yes_or_no() -> None:
    assert parsed_result("Launch the new portal by March").kind == "milestone"
    assert parsed_result("Have a happy team").kind == "binary"


def test_years_and_quarters_are_times_and_not_measures() -> None:
    assert quantities_in("by the end of Q3 2026") == []


def test_it_understands_today_and_wanted_as_a_movement() -> None:
    pair = movement_in("It's at 4.5 today, and we want 4.8.")

    assert pair is not None
    assert (pair[0].value, pair[1].value) == (4.5, 4.8)


@pytest.mark.parametrize(
    ("text", "objective"),
    [
        ("Our objective is: Make onboarding a joy", "Make onboarding a joy"),
        ("Grow Annual Recurring Revenue", "Grow Annual Recurring Revenue"),
        ("I'd rather say: “Make customers stay and succeed”", "Make customers stay and succeed"),
        (
            "Become the most customer-centric company around.",
            "Become the most customer-centric company around",
        ),
    ],
)
def test_it_takes_an_objective_verbatim(text: str, objective: str) -> None:
    assert read_message(text).objective == objective


@pytest.mark.parametrize(
    "text",
    [
        "What should my objective be?",
        "Our objective is too vague",
        "Make things better",
        "I want to improve customer retention",
        "We have about 1000 customers",
    ],
)
def test_it_does_not_take_just_any_sentence_for_an_objective(text: str) -> None:
    assert read_message(text).has_proposal is False


def test_it_reads_a_whole_okr() -> None:
    text = "Make onboarding easy for new shops\n- Activation from 40% to 65%\n2. Cut tickets from 300 to 150"

    reading = read_message(text)

    assert reading.objective == "Make onboarding easy for new shops"
    assert [result.text for result in reading.results] == [
        "Activation from 40% to 65%",
        "Cut tickets from 300 to 150",
    ]


def test_it_words_a_key_result_for_each_movement() -> None:
    reading = read_message("We want to move Retention from 60% to 75%, and NPS from 30 to 50")

    assert [result.text for result in reading.results] == [
        "Increase retention from 60% to 75%",
        "Increase NPS from 30 to 50",
    ]


def test_a_bare_movement_is_about_what_was_asked() -> None:
    reading = read_message("from 60% to 75%", measure="customer retention")

    assert reading.results[0].text == "Increase customer retention from 60% to 75%"


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("we have 18% attrition and want 10%", "Reduce attrition from 18% to 10%"),
        ("It's 35% sold out today, and we want 60%", "Increase the share sold out from 35% to 60%"),
    ],
)
def test_it_names_a_measure_by_the_words_after_its_figure(text: str, result: str) -> None:
    assert read_message(text).results[0].text == result


def test_something_to_do_is_an_activity() -> None:
    assert read_message("Hire 10 more salespeople").activity == "Hire 10 more salespeople"


def test_a_measure_without_numbers_is_told_apart_from_an_objective() -> None:
    reading = read_message("Increase monthly sales revenue", has_objective=True, wants_objective=False)

    assert (reading.objective, reading.unmeasured) == (None, "Increase monthly sales revenue")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I want to improve our bakery's bread because it sells", "our bakery's bread"),
        ("We need to work on supplier audits.", "supplier audits"),
        ("I want to do better", None),
    ],
)
def test_it_finds_what_the_wish_is_about(text: str, topic: str | None) -> None:
    assert topic_of(text) == topic
