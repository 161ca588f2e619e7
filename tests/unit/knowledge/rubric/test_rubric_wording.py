"""Wordings of public guides that the rubric once misread, by the principle that reads them now."""

import pytest

from knowledge.rubric import FindingCode, Severity, assess_key_result, assess_objective

PASS_LINE = 60


@pytest.mark.parametrize(
    "text",
    [
        "Be a more patient teacher",
        "Ship cleaner, faster builds",
        "Set up new drivers for success from the first shift",
        "Launch the second edition in order to fix bugs, polish the screens and win back readers",
        "Offer evening courses to help parents finish school",
        "Hand every parcel over the first time we ring",
        "Establish our lab as the standard for water testing",
        "Build the most generous return policy in our market",
        "Release updates 3x faster without losing quality",
        "Align our plans around the needs of patients",
        "Enable every branch to order for itself",
        "Host a successful trade fair",
        "Reduce the number of forms a patient has to fill in",
    ],
)
def test_an_objective_that_wants_a_change_passes(text: str) -> None:
    assessment = assess_objective(text)

    assert assessment.score >= PASS_LINE
    assert all(item.severity is Severity.LOW for item in assessment.findings)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Get ISO 14001 certified", FindingCode.OUTPUT_AS_OBJECTIVE),
        ("Go swimming three times a week", FindingCode.OUTPUT_AS_OBJECTIVE),
        ("Ensure all drivers complete the training", FindingCode.OUTPUT_AS_OBJECTIVE),
        ("Build great widgets", FindingCode.OUTPUT_AS_OBJECTIVE),
        ("Fix all the bugs", FindingCode.OUTPUT_AS_OBJECTIVE),
        ("Recruit 50 volunteers", FindingCode.ACTIVITY_FOCUSED),
        ("Send a monthly newsletter", FindingCode.ACTIVITY_FOCUSED),
        ("Continue to provide safe, high-quality care", FindingCode.BUSINESS_AS_USUAL),
        ("Improve the billing system", FindingCode.VAGUE_OUTCOME),
        ("Grow the company and increase profit", FindingCode.VAGUE_OUTCOME),
        ("Be a more agile company", FindingCode.VAGUE_OUTCOME),
        ("Improve the product, the website, support and our internal processes", FindingCode.KITCHEN_SINK),
        ("Launch the app, redesign the brand and hire a head of sales", FindingCode.KITCHEN_SINK),
    ],
)
def test_an_objective_that_wants_none_fails_and_is_told_why(text: str, code: FindingCode) -> None:
    assessment = assess_objective(text)

    assert assessment.score < PASS_LINE
    assert code in {item.code for item in assessment.findings}


@pytest.mark.parametrize(
    "text",
    [
        "Decrease first response time to under one hour",
        "Raise average yearly spend per customer from €94 to €130",
        "Release frequency daily (from monthly)",
        "Increase page views per visitor from 2 to 4",
        "Collect 200 donations",
    ],
)
def test_a_key_result_that_measures_an_effect_passes(text: str) -> None:
    assessment = assess_key_result(text)

    assert assessment.score >= PASS_LINE
    assert all(item.severity is Severity.LOW for item in assessment.findings)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Build 40 levels", FindingCode.ACTIVITY_FOCUSED),
        ("Make 40 customer visits a month", FindingCode.ACTIVITY_FOCUSED),
        ("Close 120 support tickets", FindingCode.ACTIVITY_FOCUSED),
        ("Fix the top 10 bugs", FindingCode.ACTIVITY_FOCUSED),
        ("Post 25 times on LinkedIn", FindingCode.ACTIVITY_FOCUSED),
        ("Collect 800 responses", FindingCode.ACTIVITY_FOCUSED),
        ("Migrate 100% of servers", FindingCode.ACTIVITY_FOCUSED),
        ("Finish the health plan for 100% of large clients", FindingCode.ACTIVITY_FOCUSED),
        ("Reach 3 million page views", FindingCode.VANITY_METRIC),
        ("Get recognised", FindingCode.UNMEASURABLE),
        ("Get up at 5.45 am every day", FindingCode.UNMEASURABLE),
        ("Update the guide for X", FindingCode.ACTIVITY_FOCUSED),
        ("The new till is live", FindingCode.BINARY_THINKING),
    ],
)
def test_a_key_result_that_counts_work_or_applause_fails_and_is_told_why(
    text: str, code: FindingCode
) -> None:
    assessment = assess_key_result(text)

    assert assessment.score < PASS_LINE
    assert code in {item.code for item in assessment.findings}


def test_a_procedure_to_improve_is_noted_and_not_accused() -> None:
    assessment = assess_objective("Optimise the claims process")

    assert assessment.score >= PASS_LINE
    assert [(item.code, item.severity) for item in assessment.findings] == [
        (FindingCode.VAGUE_OUTCOME, Severity.LOW)
    ]
