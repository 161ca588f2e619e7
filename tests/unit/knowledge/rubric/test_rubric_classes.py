"""Classes of mistakes that fresh texts have shown, one or two texts each."""

import pytest

from knowledge.rubric import FindingCode, assess_key_result, assess_objective
from knowledge.rubric.weights import PASS_LINE


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Selection of a payroll provider in 3 countries", id="work told as a noun"),
        pytest.param("Travel policy approved by management", id="a nod from one's own house"),
        pytest.param("Kick-off of the pilot by 15.04.", id="a dotted date measures nothing"),
        pytest.param("Mail brochures to 900 households", id="recipients of the work"),
        pytest.param("Speak at 4 congresses", id="places of the work"),
        pytest.param("Deploy the scanner to 60% of shops", id="a share of places"),
        pytest.param("Transfer 70% of workloads to the new data centre", id="a share of one's own things"),
        pytest.param("Build 4 playgrounds", id="buildings by the piece"),
        pytest.param("Regrout 30 bathrooms", id="an unknown deed"),
        pytest.param("Repaint 12 rooms", id="a deed done again"),
        pytest.param("Increase the number of webinars to 12", id="more of the same work"),
        pytest.param("Raise the advertising budget by 30%", id="more put in"),
        pytest.param("Grow the support team to 14", id="a bigger team"),
        pytest.param("Enter 6 contests", id="a verb of two senses"),
        pytest.param("Burn down 40 tickets", id="work that comes in"),
        pytest.param("Ship module X, Y and Z", id="letters that stand for names"),
        pytest.param("Complete 5 of 8 work packages", id="a share of work said in two numbers"),
        pytest.param("Reach 100% completion of the action plan", id="completion of a plan"),
        pytest.param("Every team lead runs weekly retros", id="a task for everybody"),
        pytest.param("Hold reviews with our top 10 suppliers", id="whom the work is for"),
        pytest.param("Invest 15% of working time in learning", id="time put in"),
    ],
)
def test_work_counted_fails_however_it_is_told(text: str) -> None:
    assert assess_key_result(text).score < PASS_LINE


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("In-store returns per week from 90 to 40", id="a compound on a small word"),
        pytest.param("Write-offs down from $90k to $30k", id="a compound hung on a small word"),
        pytest.param("On-call alerts per shift fall from 9 to 2", id="on call"),
        pytest.param("2 million minutes listened per month", id="what others do with their time"),
        pytest.param("8 new logos in banking", id="new customers by another name"),
        pytest.param("Sign-up to purchase x3", id="a factor written behind an x"),
        pytest.param("Reduce complaints by a quarter", id="a fraction that is also a season"),
        pytest.param("Become cash-flow positive by June", id="a state anyone can check"),
        pytest.param("Injury-free season on all sites", id="absence as an ending"),
        pytest.param("7 out of 8 trains arrive on schedule", id="a share said in two numbers"),
        pytest.param("30 apprentices stay after their training", id="people who do something"),
        pytest.param("First patient treated by 1 October", id="a first that others make true"),
        pytest.param("F1 score ≥ 0.83 on unseen-case data", id="a threshold behind a sign"),
        pytest.param("Squat 120 kg", id="a number of the body"),
        pytest.param("Guests rate their stay 9.1", id="a decimal after a day or a stay"),
        pytest.param("Working capital falls by €2m", id="capital does not work"),
        pytest.param("Managers spend less than an hour a week on reports", id="a limit of one"),
        pytest.param("At least one customer in every canton", id="one as a limit"),
    ],
)
def test_effects_pass_however_they_are_told(text: str) -> None:
    assessment = assess_key_result(text)

    assert assessment.score >= PASS_LINE
    assert FindingCode.ACTIVITY_FOCUSED not in {item.code for item in assessment.findings}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Website overhaul", FindingCode.OUTPUT_AS_OBJECTIVE),
        ("Introduction of a new payroll system", FindingCode.OUTPUT_AS_OBJECTIVE),
        ("Open a second studio", FindingCode.OUTPUT_AS_OBJECTIVE),
        ("Go to the dentist", FindingCode.OUTPUT_AS_OBJECTIVE),
        ("Provide technical support to all offices", FindingCode.BUSINESS_AS_USUAL),
        ("Close the accounts every quarter", FindingCode.BUSINESS_AS_USUAL),
        ("Ensure the day-to-day business", FindingCode.BUSINESS_AS_USUAL),
        ("Watch the servers 24/7", FindingCode.BUSINESS_AS_USUAL),
        ("Win 20 clients, €2 million in revenue and 90% retention", FindingCode.KITCHEN_SINK),
        ("Make progress on important topics", FindingCode.VAGUE_OUTCOME),
        ("Better quality and performance", FindingCode.VAGUE_OUTCOME),
        ("Grow quickly", FindingCode.VAGUE_OUTCOME),
    ],
)
def test_an_objective_without_a_change_is_told_so(text: str, code: FindingCode) -> None:
    assessment = assess_objective(text)

    assert assessment.score < PASS_LINE
    assert code in {item.code for item in assessment.findings}


@pytest.mark.parametrize(
    "text",
    [
        "Do work our neighbours talk about",
        "Publish research the field builds upon",
        "Have our testers asking for the next level",
        "Keep every miner safe",
        "Keep two offices as close as if they shared a corridor",
        "Validate our business model with small bakeries",
        "Kick-start growth in the north",
        "Be the first name in mind when a pipe bursts and water hits the floor",
    ],
)
def test_an_objective_with_a_change_accuses_nobody(text: str) -> None:
    assessment = assess_objective(text)

    assert assessment.score >= PASS_LINE
    assert not assessment.findings
