"""Each finding where it belongs, and silence where it does not."""

import pytest

from knowledge.rubric import (
    Context,
    FindingCode,
    TextAssessment,
    assess_key_result,
    assess_objective,
    assess_okr,
)

TEAM = Context(scope="team", team_size=4)


def codes_of(assessment: TextAssessment) -> set[str]:
    return {item.code.value for item in assessment.findings}


KEY_RESULTS = {
    "activity_focused": (
        ["Hold 5 meetings", "Publish 10 articles", "Help the sales team with slides"],
        [
            "Reduce churn from 5% to 3%",
            "Cut meeting hours by 30%",
            "95% of parcels delivered on the promised day",
        ],
    ),
    "vague_outcome": (
        ["Make the team happier", "Be more professional", "Better marketing"],
        ["Reach 500 paying teams", "Increase NPS by 10 points", "Better conversion: 12% → 15%"],
    ),
    "unmeasurable": (
        ["Improve customer satisfaction", "Lower costs", "Strengthen our brand"],
        ["CSAT of 92%", "No lost-time injuries", "Win the city's innovation award"],
    ),
    "binary_thinking": (
        ["Launch the mobile app", "Complete the migration by June", "New ERP system implemented"],
        ["Launch the app to 1,000 paying users", "Hold 5 meetings", "Adoption of the new ERP at 80%"],
    ),
    "vanity_metric": (
        ["Get 10,000 likes", "Reach 50,000 followers", "1 million page views"],
        ["Customers like us: NPS 50", "MRR hits $80k", "20% of visitors start a trial"],
    ),
    "business_as_usual": (
        ["Continue weekly team meetings", "Maintain the existing servers", "Keep documentation up to date"],
        ["Maintain churn below 2%", "Keep uptime at 99.9%", "Continue growing revenue by 20%"],
    ),
    "sandbagging": (
        [
            "Increase NPS from 50 to 51",
            "Grow revenue from $10.0M to $10.1M",
            "Raise satisfaction from 84% to 85%",
        ],
        [
            "Increase uptime from 99.5% to 99.9%",
            "Raise NPS from 30 to 50",
            "Grow margin by 2 percentage points",
        ],
    ),
    "kitchen_sink": (
        [
            "Improve service, reduce churn, launch the app and train the team",
            "Launch the site, publish the blog, redesign the logo and set up analytics",
            "Hire a designer, write the plan, open the office and call all clients",
        ],
        [
            "Raise eNPS from 12 to 35 by Q3, with 80% taking part and 90% of plans completed",
            "Reduce turnover from 18% to 12% by offering interviews and fixing exit reasons",
            "Attract, develop and retain nurses: turnover below 9%",
        ],
    ),
    "ambiguous_metric": (
        ["Improve efficiency by 20%", "Raise quality by 30%", "Increase innovation by 10%"],
        ["Reduce defects by 20%", "Increase active customers by 30%", "Cut handling time by 10%"],
    ),
    "outside_influence": (
        [
            "Share price rises to $80",
            "Central bank lowers interest rates to 2%",
            "Our main competitor leaves the market",
        ],
        [
            "Win 10% of customers from competitors",
            "Lower the price of returns to €2",
            "Reduce weathering losses by 5%",
        ],
    ),
    "no_baseline": (
        ["Increase revenue by 20%", "Achieve an NPS of 60", "Reduce churn to 3%"],
        ["Reduce churn from 5% to 3%", "Zero incidents", "Sign 15 new customers"],
    ),
}

OBJECTIVES = {
    "output_as_objective": (
        ["Launch the website", "Implement a new CRM", "Hire 12 engineers"],
        ["Launch a website parents love", "Reduce churn", "Hire the best engineers in Ghent"],
    ),
    "vague_outcome": (
        ["Do better", "Improve performance", "Be more innovative"],
        [
            "Improve the performance of our search",
            "Become the best bakery in Turin",
            "Improve customer retention",
        ],
    ),
    "business_as_usual": (
        ["Keep the lights on", "Continue to run payroll", "Maintain current service levels"],
        [
            "Keep our best customers for life",
            "Continue to grow our lead",
            "Build a community of monthly donors",
        ],
    ),
    "kitchen_sink": (
        [
            "Grow revenue, reduce churn, redesign the website and improve morale",
            "Improve quality, speed up delivery, lower costs and modernise our tools",
            "Improve sales and marketing and support and product and finance",
        ],
        [
            "Attract, develop and retain outstanding teachers",
            "Become the partner schools, clinics and libraries trust",
            "Grow fast and stay profitable",
        ],
    ),
    "scope_mismatch": (
        ["Change how the world eats", "Transform the entire industry", "Make the whole company profitable"],
        ["Delight our first ten customers", "Make releases boring for our squad", "Win back lapsed readers"],
    ),
}


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, (texts, _) in KEY_RESULTS.items() for t in texts])
def test_a_key_result_gets_the_finding(code: str, text: str) -> None:
    assert code in codes_of(assess_key_result(text))


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, (_, texts) in KEY_RESULTS.items() for t in texts])
def test_a_key_result_is_spared_the_finding(code: str, text: str) -> None:
    assert code not in codes_of(assess_key_result(text))


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, (texts, _) in OBJECTIVES.items() for t in texts])
def test_an_objective_gets_the_finding(code: str, text: str) -> None:
    assert code in codes_of(assess_objective(text, TEAM))


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, (_, texts) in OBJECTIVES.items() for t in texts])
def test_an_objective_is_spared_the_finding(code: str, text: str) -> None:
    assert code not in codes_of(assess_objective(text, TEAM))


def test_a_span_points_at_the_words_to_rewrite() -> None:
    text = "This quarter we will launch the new website for everyone"

    first = assess_objective(text).findings[0]

    assert first.code is FindingCode.OUTPUT_AS_OBJECTIVE
    assert first.span is not None
    assert text[slice(*first.span)] == "launch the new website"


def test_every_finding_asks_and_suggests() -> None:
    whole = assess_okr("Launch the website", ["Hold 5 meetings", "Improve morale", "Get 1,000 likes"])
    assert whole.objective is not None
    findings = [item for part in (whole.objective, *whole.key_results) for item in part.findings]

    assert findings
    for item in findings:
        assert item.message
        assert item.question.endswith("?")
        assert item.suggestion
        assert 0 < item.confidence <= 1


def test_a_key_result_on_another_subject_is_noted_beside_its_objective() -> None:
    text = "Reduce office energy use from 90 to 60 MWh"

    codes = codes_of(assess_key_result(text, objective="Become the employer nurses recommend"))

    assert "does_not_support_objective" in codes
    assert "does_not_support_objective" not in codes_of(assess_key_result(text))
