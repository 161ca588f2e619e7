"""Which objectives pass, and why the others do not."""

import pytest

from knowledge.rubric import Context, FindingCode, Level, Severity, assess_objective


@pytest.mark.parametrize(
    "text",
    [
        "Delight our guests from the first call to the last goodbye",
        "Become the most trusted pharmacy in town",
        "Make invoicing effortless for carpenters",
        "Improve supplier retention",
        "Reduce churn",
        "Build a culture of honest feedback",
        "Hire a world-class data team",
        "Attract, develop and retain outstanding teachers",
        "Launch a market stall that neighbours love",
        "Help refugees find work they are proud of",
        "Our customers renew without being asked",
        "Grow our presence in the Baltic states",
    ],
)
def test_a_change_worth_wanting_passes(text: str) -> None:
    assert assess_objective(text).score >= 60


@pytest.mark.parametrize(
    "text",
    [
        "Launch the customer portal",
        "Migrate to Azure",
        "Hire 10 salespeople",
        "Write five white papers",
        "Set up a CI/CD pipeline",
        "Do better",
        "Be the best",
        "Improve things",
        "Increase revenue",
        "Ownership",
        "Keep the lights on",
        "Continue to run payroll",
        "Grow sales, redesign the site, hire a CFO, cut costs and move offices",
    ],
)
def test_tasks_wishes_routine_and_crowds_do_not_pass(text: str) -> None:
    assessment = assess_objective(text)

    assert assessment.score < 60
    assert any(item.severity is not Severity.LOW for item in assessment.findings)


def test_a_number_in_an_objective_is_mentioned_and_not_accused() -> None:
    assessment = assess_objective("Increase sales by 10%")

    assert assessment.score >= 60
    assert assessment.findings == ()
    assert any("number" in reason for part in assessment.dimensions for reason in part.evidence)


def test_every_dimension_has_its_evidence() -> None:
    assessment = assess_objective("Make invoicing effortless for carpenters")

    assert [part.name for part in assessment.dimensions] == [
        "outcome",
        "inspiration",
        "ambition",
        "clarity",
        "alignment",
        "scope",
    ]
    assert all(part.evidence for part in assessment.dimensions)
    assert assessment.dimension("outcome") > assessment.dimension("ambition")


def test_an_unknown_dimension_is_an_error() -> None:
    with pytest.raises(KeyError):
        assess_objective("Delight our guests").dimension("beauty")


def test_an_empty_objective_is_poor_and_not_an_error() -> None:
    assert assess_objective("").level is Level.POOR


def test_the_authors_field_lifts_alignment() -> None:
    text = "Make logistics a reason to buy from us"
    at_home = assess_objective(text, Context(industry="logistics"))

    assert at_home.dimension("alignment") > assess_objective(text).dimension("alignment")


def test_american_and_british_spelling_mean_the_same() -> None:
    british = assess_objective("Optimise how citizens organise their move")
    american = assess_objective("Optimize how citizens organize their move")

    assert british.score == american.score


def test_a_small_team_cannot_change_the_world() -> None:
    codes = {
        item.code for item in assess_objective("Change how the world eats", Context(team_size=3)).findings
    }

    assert FindingCode.SCOPE_MISMATCH in codes
