"""Evidence, charts and the roadmap of a run with samples."""

from xml.etree import ElementTree

from profiling.analysis.analysis import analyse
from profiling.analysis.charts import charts_of
from profiling.analysis.operations import QUEUE_WAIT
from profiling.analysis.report import bottleneck_report
from profiling.analysis.results import CLAUDE
from profiling.analysis.roadmap import roadmap
from tests.unit.profiling.analysis.profiles import older, run, sample


def _memory() -> list[dict[str, object]]:
    return [
        {"seconds": n, "process": name, "rss_mb": 100 + n} for n in range(20) for name in ("web", "beat <1>")
    ]


def test_every_chart_is_well_formed() -> None:
    analysis = analyse(run([sample(n, scenario="A & <B>") for n in range(50)], memory=_memory()))

    charts = charts_of(analysis)

    assert len(charts) == 6
    for chart in charts.values():
        assert ElementTree.fromstring(chart).tag.endswith("svg")


def test_charts_without_samples_are_left_out() -> None:
    assert set(charts_of(analyse(older()))) == {"share-of-time.svg", "scenarios.svg"}


def test_one_message_is_enough_for_every_report() -> None:
    analysis = analyse(run([sample(0)], memory=_memory()))

    assert charts_of(analysis)
    assert "too few (n = 1)" in bottleneck_report(analysis, source="x")
    assert "P0" in roadmap(analysis, source="x")


def test_percentiles_rest_on_every_sample() -> None:
    analysis = analyse(run([sample(n) for n in range(39)]))
    claude = next(one for one in analysis.operations if one.name == CLAUDE)

    assert claude.latency is not None
    assert (claude.latency.n, claude.latency.rests_on) == (39, None)
    assert claude.latency.p95.value == 1000
    assert claude.latency.p99.value is None


def test_a_long_reply_is_found_as_the_cause() -> None:
    analysis = analyse(
        run([sample(n, output_tokens=50 + n, claude_ms=1000 + 20 * n + n % 3) for n in range(30)])
    )
    claude = next(one for one in analysis.operations if one.name == CLAUDE)

    notes = " ".join(analysis.causes(claude))

    assert "Latency goes with reply length" in notes
    assert "prompt size did not vary" in notes


def test_the_queue_is_an_operation_of_its_own() -> None:
    analysis = analyse(run([sample(n) for n in range(5)]))

    assert any(one.name == QUEUE_WAIT and one.total_ms == 10 for one in analysis.operations)
    assert abs(analysis.unaccounted_ms) < 1e-6


def test_a_partial_run_says_so() -> None:
    samples = [sample(0), sample(1) | {"status": "failed", "total_ms": None, "error": "no"}]

    assert "Partial run" in bottleneck_report(analyse(run(samples, complete=False)), source="x")


def test_what_the_client_waited_is_told_apart() -> None:
    analysis = analyse(run([sample(n, wall_ms=1020.0) for n in range(3)]))

    # 1,005 ms of processing and 2 ms in the queue.
    assert "after 1,020.0 ms; 13.0 ms of that" in analysis.notes[0]


def test_a_run_of_hits_says_nothing_about_calls() -> None:
    analysis = analyse(run([sample(n, cache="hit") for n in range(3)]))

    assert "cannot tell what a call would cost" in bottleneck_report(analysis, source="x")
    assert "came from the cache, in 5.00 ms" in roadmap(analysis, source="x")
