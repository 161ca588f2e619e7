"""Two runs side by side."""

from profiling.analysis.compare import compare
from profiling.analysis.performance_report import performance_report
from tests.unit.profiling.analysis.profiles import older, run, sample


def _run(factor: float = 1.0, *, spread: float = 0.0, n: int = 30):  # type: ignore[no-untyped-def]  # short
    return run([sample(i, claude_ms=1000 * factor + spread * (-1) ** i) for i in range(n)])


def test_a_run_is_no_different_from_itself() -> None:
    comparison = compare(older(), older())

    assert comparison.total.relative.value == 0
    assert not comparison.total.is_sure
    assert comparison.regressions(0.0) == ()


def test_a_slower_run_is_a_regression_beyond_the_limit_only() -> None:
    comparison = compare(_run(), _run(1.2))

    assert comparison.regressions(0.10)
    assert comparison.regressions(0.25) == ()
    assert comparison.total.is_sure
    assert comparison.total.pairs == 30


def test_a_faster_run_is_none() -> None:
    assert compare(_run(), _run(0.5)).regressions(0.0) == ()


def test_lost_messages_are_a_regression() -> None:
    after = run([sample(0), sample(1) | {"status": "failed", "total_ms": None}])

    assert compare(run([sample(0), sample(1)]), after).regressions(1.0) == ("1 messages failed, 0 before",)


def test_noise_is_called_noise() -> None:
    before, after = _run(spread=400), _run(spread=-400)

    assert not compare(before, after).total.is_sure


def test_what_only_one_run_has_is_named() -> None:
    comparison = compare(run([sample(0)]), run([sample(0), sample(0, scenario="Two")]))

    assert comparison.unmatched == ("Two",)
    assert [one.name for one in comparison.scenarios] == ["One"]


def test_runs_of_both_shapes_can_be_compared() -> None:
    comparison = compare(older(), run([sample(0, scenario="Refinement Phase")]))

    report = performance_report(comparison, before="a", after="b", max_regression=0.1)

    assert comparison.total.pairs == 1
    assert "percentiles cannot be compared" in report
    assert "No regression" in report
