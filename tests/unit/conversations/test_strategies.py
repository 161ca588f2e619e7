"""Which strategy fits which turn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.phases import Standing
from conversations.strategies import RULES, StrategyFacts, StrategyName, choose_strategy
from conversations.values import Phase
from knowledge.rubric import Finding, FindingCode, Severity
from tests.standings import a_finding, a_standing


def chosen(
    phase: Phase,
    standing: Standing | None = None,
    findings: tuple[Finding, ...] = (),
    *,
    user_messages: int = 2,
    messages_since_progress: int = 0,
    stalled: bool = False,
) -> StrategyName:
    now = standing or a_standing(None)
    facts = StrategyFacts(
        phase=phase,
        draft=now.draft,
        assessment=now.assessment,
        findings=findings,
        user_messages=user_messages,
        messages_since_progress=messages_since_progress,
        stalled=stalled,
    )
    return choose_strategy(facts).name


def test_nothing_drafted_calls_for_exploration() -> None:
    assert chosen(Phase.DISCOVERY) == StrategyName.DISCOVERY_EXPLORATION
    assert chosen(Phase.KR_DISCOVERY, a_standing()) == StrategyName.DISCOVERY_EXPLORATION


def test_a_message_about_work_calls_for_reframing() -> None:
    hire = a_finding(FindingCode.ACTIVITY_FOCUSED, Severity.HIGH)

    assert chosen(Phase.DISCOVERY, findings=(hire,)) == StrategyName.REFRAMING_INTENSIVE


@pytest.mark.parametrize(
    "finding",
    [
        a_finding(FindingCode.ACTIVITY_FOCUSED, Severity.LOW),
        a_finding(FindingCode.ACTIVITY_FOCUSED, Severity.HIGH, confidence=0.5),
    ],
)
def test_a_note_or_an_unsure_finding_does_not_call_for_reframing(finding: Finding) -> None:
    assert chosen(Phase.DISCOVERY, findings=(finding,)) == StrategyName.DISCOVERY_EXPLORATION


def test_findings_of_the_objective_do_not_decide_about_key_results() -> None:
    output = a_finding(FindingCode.OUTPUT_AS_OBJECTIVE, Severity.HIGH)
    now = a_standing(results=(80, 80), findings=(output,))

    assert chosen(Phase.REFINEMENT, now) == StrategyName.REFRAMING_INTENSIVE
    assert chosen(Phase.KR_DISCOVERY, now) == StrategyName.DIRECT_COACHING


@pytest.mark.parametrize("code", [FindingCode.UNMEASURABLE, FindingCode.NO_BASELINE])
def test_something_not_yet_known_calls_for_a_question(code: FindingCode) -> None:
    now = a_standing(findings=(a_finding(code, Severity.LOW),))

    assert chosen(Phase.REFINEMENT, now) == StrategyName.QUESTION_BASED


@pytest.mark.parametrize(
    ("score", "name"),
    [(59, StrategyName.GENTLE_GUIDANCE), (60, StrategyName.DIRECT_COACHING)],
)
def test_a_clean_draft_is_nudged_or_told_by_its_score(score: float, name: StrategyName) -> None:
    assert chosen(Phase.REFINEMENT, a_standing(score=score)) == name


@pytest.mark.parametrize("phase", [Phase.VALIDATION, Phase.COMPLETED])
def test_a_drafted_okr_calls_for_validation(phase: Phase) -> None:
    assert chosen(phase, a_standing(results=(10, 10)), stalled=True) == StrategyName.VALIDATION_FOCUSED


def test_when_questions_do_not_help_an_example_may() -> None:
    draft = a_standing(score=70)

    assert chosen(Phase.REFINEMENT, draft, stalled=True) == StrategyName.EXAMPLE_DRIVEN
    assert chosen(Phase.REFINEMENT, draft, messages_since_progress=3) == StrategyName.EXAMPLE_DRIVEN
    assert chosen(Phase.DISCOVERY, user_messages=4) == StrategyName.EXAMPLE_DRIVEN
    assert chosen(Phase.KR_DISCOVERY, draft, user_messages=9) == StrategyName.DISCOVERY_EXPLORATION


@settings(deadline=None)
@given(
    phase=st.sampled_from(Phase),
    score=st.floats(0, 100),
    results=st.lists(st.floats(0, 100), max_size=6),
    codes=st.lists(st.tuples(st.sampled_from(FindingCode), st.sampled_from(Severity)), max_size=4),
    count=st.integers(0, 200),
    stalled=st.booleans(),
    drafted=st.booleans(),
)
def test_every_turn_gets_a_strategy_with_a_reason(
    phase: Phase,
    score: float,
    results: list[float],
    codes: list[tuple[FindingCode, Severity]],
    count: int,
    stalled: bool,
    drafted: bool,
) -> None:
    now = a_standing("Customers stay" if drafted else None, results, score=score)
    findings = tuple(a_finding(code, severity) for code, severity in codes)

    strategy = choose_strategy(
        StrategyFacts(phase, now.draft, now.assessment, findings, count, count, stalled)
    )

    assert strategy.name in StrategyName
    assert strategy.why.endswith(".")


def test_every_strategy_has_its_rule() -> None:
    assert {rule.name for rule in RULES} == set(StrategyName)
