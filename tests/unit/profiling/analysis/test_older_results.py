"""The first system's results file, understood from its own data."""

import pytest

from profiling.analysis.analysis import analyse
from profiling.analysis.claims import claims_about
from profiling.analysis.operations import Category
from profiling.analysis.report import bottleneck_report
from profiling.analysis.results import CLAUDE
from tests.unit.profiling.analysis.profiles import older


def test_totals_and_ranking_come_from_the_data() -> None:
    analysis = analyse(older())

    assert analysis.results.total_ms == 181_593
    assert analysis.results.messages == 39
    assert analysis.fastest.name == "Refinement Phase"
    assert analysis.fastest.mean_ms == pytest.approx(4060.14, abs=0.01)
    assert analysis.slowest.name == "Quality Assessment - Poor OKR"
    assert analysis.slowest.mean_ms == 5230.5


def test_percentiles_are_marked_as_the_last_scenarios() -> None:
    for operation in analyse(older()).operations:
        assert operation.count == 39
        assert operation.latency is not None
        assert operation.latency.n == 4
        assert operation.latency.rests_on == "the last scenario's 4 samples (Anti-Pattern Detection)"


def test_four_samples_give_no_p99() -> None:
    latency = analyse(older()).operations[0].latency

    assert latency is not None
    assert latency.p99.value is None
    assert latency.p95.value is None
    assert latency.variability is None


def test_the_claude_call_is_first_and_urgent() -> None:
    analysis = analyse(older())
    claude = next(one for one in analysis.top if one.name == CLAUDE)

    assert claude.total_ms == pytest.approx(181_298.918, abs=0.001)
    assert analysis.priority(claude).level == "P0"
    assert next(iter(analysis.by_category())) is Category.EXTERNAL
    assert {analysis.priority(one).level for one in analysis.top} == {"–", "P0", "P2"}


@pytest.mark.parametrize("figure", ["fastest", "total_ms", "memory_mb", "what_if_40_ms", "average_ms"])
def test_differences_from_the_document_are_listed(figure: str) -> None:
    results = older()

    found = {one.claim.figure for one in analyse(results, claims_about(results.timestamp)).differences}

    assert figure in found
    assert "slowest" not in found


def test_no_document_speaks_of_another_run() -> None:
    assert claims_about("2026-01-01T00:00:00.000Z") == ()


def test_the_report_says_what_it_rests_on() -> None:
    results = older()

    report = bottleneck_report(analyse(results, claims_about(results.timestamp)), source="a file")

    for words in (
        "8 scenarios, 39 messages, 181,593 ms", "Refinement Phase, 4,060 ms per message",
        "Quality Assessment - Poor OKR, 5,231 ms per message", "too few (n = 4)",
        "the last scenario's 4 samples", "differs from its own data",
    ):  # fmt: skip
        assert words in report
