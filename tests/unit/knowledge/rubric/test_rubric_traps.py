"""Words inside words, signs and spellings that have fooled such rubrics before."""

import pytest

from knowledge.rubric import Severity, assess_key_result, assess_objective


@pytest.mark.parametrize(
    ("plain", "trap"),
    [
        ("Increase adoption of our method from 20% to 60%", "Increase adoption of OKRs from 20% to 60%"),
        ("Track record: 40% → 60% of bids won", "Measure for measure: 40% → 60% of bids won"),
    ],
)
def test_words_inside_words_mean_nothing(plain: str, trap: str) -> None:
    for text in (plain, trap):
        assert assess_key_result(text).score >= 60


@pytest.mark.parametrize(
    "text",
    [
        "Make measuring success second nature for every squad",
        "Broker better deals for smallholders",
        "Make launching a shop effortless for artisans",
        "Reduce the pain of building permits for families",
        "Improve our customers’ trust in “smart” meters",
        "Give Zoë’s café the most loyal guests in Köln",
    ],
)
def test_a_good_objective_with_a_trap_in_it_is_not_accused(text: str) -> None:
    assessment = assess_objective(text)

    assert assessment.score >= 60
    assert not [item for item in assessment.findings if item.severity is not Severity.LOW]


@pytest.mark.parametrize(
    "text",
    [
        "Increase launch-day sales from €1,2 Mio. to €2 Mio.",
        "Test coverage from 45% to 80%",
        "Support response time under 2 hours",
        "Design system used by 80% of teams",
        "Release frequency from monthly to weekly: 4x",
        "Report accuracy above 99%",
        "Meeting-free days: 2 → 8 per month",
        "Blog-sourced revenue of £40k",
    ],
)
def test_a_measured_result_that_names_work_is_not_accused(text: str) -> None:
    assessment = assess_key_result(text)

    assert assessment.score >= 60
    assert not [item for item in assessment.findings if item.severity is not Severity.LOW]


def test_case_and_spaces_do_not_matter() -> None:
    plain = assess_key_result("Reduce churn from 5% to 3%")

    assert assess_key_result("  REDUCE   churn\nfrom 5 % to 3 % ").score == plain.score


def test_labels_in_front_do_not_matter() -> None:
    assert assess_key_result("KR1: Hold 5 meetings").score == assess_key_result("Hold 5 meetings").score
    assert assess_objective("Objective: Launch the website").score < 60
