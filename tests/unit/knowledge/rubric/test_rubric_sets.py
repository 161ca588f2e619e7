"""An objective judged together with its key results."""

import pytest

from knowledge.rubric import SetAssessment, assess_okr

OBJECTIVE = "Make onboarding effortless for new users"
RESULTS = [
    "Reduce setup time from 5 days to 1 day",
    "Increase week-one activation from 40% to 65%",
    "Keep onboarding tickets below 3 per 100 new users",
]


def set_of(objective: str, key_results: list[str]) -> SetAssessment:
    whole = assess_okr(objective, key_results).set
    assert whole is not None
    return whole


def codes_of(whole: SetAssessment) -> set[str]:
    return {item.code.value for item in whole.findings}


def test_a_coherent_set_scores_well_and_is_not_accused() -> None:
    whole = set_of(OBJECTIVE, RESULTS)

    assert whole.score >= 75
    assert whole.findings == ()


@pytest.mark.parametrize(("objective", "key_results"), [(None, RESULTS), (OBJECTIVE, []), ("", RESULTS)])
def test_half_an_okr_has_no_set(objective: str | None, key_results: list[str]) -> None:
    assert assess_okr(objective, key_results).set is None


def test_the_set_is_the_weighted_sum_of_its_dimensions() -> None:
    whole = set_of(OBJECTIVE, RESULTS)

    assert sum(part.weight for part in whole.dimensions) == pytest.approx(1)
    assert whole.score == pytest.approx(sum(p.score * p.weight for p in whole.dimensions), abs=0.06)


@pytest.mark.parametrize("count", [6, 7, 12])
def test_more_than_five_results_are_too_many(count: int) -> None:
    assert "too_many" in codes_of(set_of(OBJECTIVE, (RESULTS * 4)[:count]))


@pytest.mark.parametrize("count", [2, 3, 5])
def test_up_to_five_results_are_not_too_many(count: int) -> None:
    assert "too_many" not in codes_of(set_of(OBJECTIVE, (RESULTS * 4)[:count]))


@pytest.mark.parametrize(
    ("objective", "key_results"),
    [
        (
            "Become a great place to work",
            ["Cut server response time to 200 ms", "Raise test coverage to 80%"],
        ),
        ("Delight our patients", ["Reduce carbon emissions by 20%", "Cut energy use by 15%"]),
        ("Improve the learning of our students", ["Raise EBITDA by 4%", "Invoice debt down by 20%"]),
    ],
)
def test_results_on_other_subjects_do_not_support_the_objective(
    objective: str, key_results: list[str]
) -> None:
    assert "does_not_support_objective" in codes_of(set_of(objective, key_results))


@pytest.mark.parametrize(
    "stray",
    [
        "Cut office energy use by 20%",
        "Carbon emissions from 90 to 60 tonnes",
        "Graduation rate from 70% to 80%",
    ],
)
def test_one_stray_result_is_an_orphan(stray: str) -> None:
    assert "orphan" in codes_of(set_of(OBJECTIVE, [*RESULTS[:2], stray]))
    assert "orphan" not in codes_of(set_of(OBJECTIVE, RESULTS))


@pytest.mark.parametrize(
    "key_results",
    [
        ["Revenue from $5M to $7M", "Profit margin from 8% to 12%", "ARR from $3M to $4M"],
        ["Churn from 5% to 3%", "NPS from 30 to 50"],
        ["EBITDA of €2M", "Sales of €9M", "Market share of 12%", "Churn of 2%"],
    ],
)
def test_results_known_only_afterwards_are_lagging(key_results: list[str]) -> None:
    assert "lagging_only" in codes_of(set_of("Grow profitably", key_results))
    assert "lagging_only" not in codes_of(set_of("Grow profitably", [*key_results, "Book 60 demos a month"]))
