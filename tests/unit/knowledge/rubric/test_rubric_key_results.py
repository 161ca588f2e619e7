"""Which key results pass, with and without digits."""

import pytest

from knowledge.rubric import Context, assess_key_result


@pytest.mark.parametrize(
    "text",
    [
        "Reach 10,000 MAU",
        "Reduce churn from 5% to 3%",
        "Achieve NPS of 50",
        "95% of tickets answered within 2 hours",
        "Zero critical security incidents",
        "Pass the SOC 2 audit with no major findings",
        "Ship v2, used by all pilot customers",
        "Reorders at 85%",
        "Improve «Zufriedenheit» score from 3,4 to 4,2",
        "Customers’ effort score: 5.1 → 3.5",
        "Sell 15,000 season tickets",
        "Serve 10,000 meals every week",
        "Win the regional design award",
        "Increase conversion from X% to Y%",
        "Run 10 km in under 50 minutes",
        "Launch the referral scheme, generating 300 new sign-ups",
        "Maximum churn of 2%",
        "Invoice errors below 0.5%",
    ],
)
def test_a_measured_effect_passes(text: str) -> None:
    assert assess_key_result(text).score >= 60


@pytest.mark.parametrize(
    "text",
    [
        "Hold 5 meetings",
        "Launch 3 features",
        "Publish 10 blog posts",
        "Hire 4 engineers by Q2",
        "Complete 20 customer interviews",
        "Send a newsletter every week",
        "Launch in 2026",
        "Implement phase 1 by 30/06/2026",
        "Release version 3.2",
        "Post 3 times a week",
        "Spend $50,000 on advertising",
        "Deliver 100% of the roadmap",
        "10 blog posts published",
        "Interview at least 20 customers",
        "Update records for 200 accounts",
        "Knead 40 loaves",
    ],
)
def test_counting_ones_own_work_does_not_pass(text: str) -> None:
    assert assess_key_result(text).score < 60


@pytest.mark.parametrize(
    "text",
    ["Improve customer satisfaction", "Launch the new website", "Make the team happier", "Grow", ""],
)
def test_what_nobody_can_grade_does_not_pass(text: str) -> None:
    assert assess_key_result(text).score < 60


def test_a_baseline_is_worth_more_than_a_target_alone() -> None:
    with_baseline = assess_key_result("Raise NPS from 30 to 50")
    without = assess_key_result("Raise NPS to 50")

    assert with_baseline.score > without.score >= 60


def test_a_year_is_not_ambition() -> None:
    assert assess_key_result("Launch in 2026").score == assess_key_result("Launch in 2031").score


def test_an_unbelievable_target_is_less_feasible() -> None:
    wild = assess_key_result("Grow revenue 1000x")

    assert wild.dimension("feasibility") < assess_key_result("Grow revenue 2x").dimension("feasibility")


def test_a_time_beyond_the_cycle_is_less_feasible() -> None:
    text = "Reach 10,000 paying users in 3 years"

    within_cycle = assess_key_result(text, Context(timeframe="Q3 2026"))

    assert within_cycle.dimension("feasibility") < assess_key_result(text).dimension("feasibility")
