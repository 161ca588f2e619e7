"""From sessions to a verdict."""

import random

import pytest

from conversations.experiments.measures import Measure, SessionFigures, compare
from conversations.experiments.verdict import Finding, Plan, verdict_of

PLAN = Plan(primary=Measure.QUALITY, least_effect=4.0, sessions_each=150, alpha=0.05)


def sessions(
    count: int, *, quality: float = 20, approval: float = 0.5, seed: int = 1
) -> list[SessionFigures]:
    """Make sessions whose figures scatter around these."""
    chance = random.Random(f"{seed} {quality} {approval}")
    return [
        SessionFigures(
            quality=chance.gauss(quality, 8),
            messages=float(chance.randint(4, 9)) if chance.random() < 0.5 else None,
            approval=chance.random() < approval,
            wrong_flag=chance.random() < 0.2 if chance.random() < 0.5 else None,
            tokens=chance.lognormvariate(7, 0.5),
            latency=chance.lognormvariate(8, 0.5),
            cost=0.01,
        )
        for _ in range(count)
    ]


def test_at_the_horizon_a_better_variant_wins() -> None:
    verdict = verdict_of(PLAN, {"control": sessions(150), "new": sessions(150, quality=25)})

    assert verdict.at_horizon
    assert verdict.findings == {"new": Finding.BETTER}
    assert verdict.winner == "new"
    (line,) = verdict.primary
    assert line.comparison is not None
    assert 0 < line.comparison.low < line.comparison.effect < line.comparison.high


def test_a_worse_variant_never_wins() -> None:
    verdict = verdict_of(PLAN, {"control": sessions(150), "new": sessions(150, quality=14)})

    assert (verdict.findings["new"], verdict.winner) == (Finding.WORSE, None)


@pytest.mark.parametrize(
    ("least_effect", "finding"), [(6.0, Finding.NO_DIFFERENCE), (0.5, Finding.UNDECIDED)]
)
def test_no_difference_is_said_only_where_one_is_ruled_out(least_effect: float, finding: Finding) -> None:
    plan = Plan(Measure.QUALITY, least_effect, 150, 0.05)

    verdict = verdict_of(plan, {"control": sessions(150), "same": sessions(150, seed=2)})

    assert verdict.findings == {"same": finding}


def test_before_the_horizon_only_the_interval_for_watching_decides() -> None:
    some = verdict_of(PLAN, {"control": sessions(40), "new": sessions(40, quality=23)})
    clear = verdict_of(PLAN, {"control": sessions(100), "new": sessions(100, quality=30)})

    # The plain test would have been sure by now.
    assert some.primary[0].comparison is not None
    assert some.primary[0].comparison.p < 0.05
    assert (some.at_horizon, some.findings["new"]) == (False, Finding.TOO_EARLY)
    assert (clear.at_horizon, clear.findings["new"]) == (False, Finding.BETTER)


def test_sessions_beyond_the_horizon_are_no_second_chance() -> None:
    control, new = sessions(150), sessions(150, seed=2)
    late = [*new, *sessions(2_000, quality=40)]

    here = verdict_of(PLAN, {"control": control, "new": new})
    there = verdict_of(PLAN, {"control": control, "new": late})

    assert here == there


def test_the_best_of_several_better_ones_wins() -> None:
    samples = {
        "control": sessions(150),
        "good": sessions(150, quality=26),
        "best": sessions(150, quality=30),
        "same": sessions(150, seed=3),
    }

    verdict = verdict_of(PLAN, samples)

    assert verdict.winner == "best"
    assert verdict.findings["same"] not in (Finding.BETTER, Finding.WORSE)
    assert all(
        line.adjusted >= line.comparison.p for line in verdict.primary if line.comparison and line.adjusted
    )


def test_fewer_tokens_are_better_and_more_approvals_are() -> None:
    tokens = Plan(Measure.TOKENS, 100, 150, 0.05)
    cheap = [
        SessionFigures(20, None, approval=False, wrong_flag=None, tokens=one.tokens / 2, latency=None, cost=0)
        for one in sessions(150)
    ]
    approvals = Plan(Measure.APPROVAL, 0.1, 150, 0.05)

    assert verdict_of(tokens, {"control": sessions(150), "cheap": cheap}).winner == "cheap"
    assert (
        verdict_of(approvals, {"control": sessions(150), "new": sessions(150, approval=0.8)}).winner == "new"
    )


def test_nothing_yet_gives_no_verdict() -> None:
    verdict = verdict_of(PLAN, {"control": [], "new": []})

    assert verdict.findings == {"new": Finding.TOO_EARLY}
    assert verdict.winner is None


@pytest.mark.parametrize("measure", list(Measure))
def test_every_measure_has_a_test_that_suits_it(measure: Measure) -> None:
    found = compare(measure, sessions(60), sessions(60, seed=2), alpha=0.05)

    # Every session cost the same: there is nothing to compare.
    assert (found is None) == (measure == Measure.COST)
