"""Conversations with a scripted coach: what is measured, and what is kept of a failure."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from profiling.analysis.analysis import analyse
from profiling.analysis.reading import read_results
from profiling.errors import ProfilingError
from profiling.suite.client import CallError
from profiling.suite.document import document_of
from profiling.suite.runner import CacheMode, Measured, Run
from profiling.suite.scenarios import Script, choose, load_suite, rounds_of
from profiling.suite.stack import Processes, find_door

_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class ScriptedCoach:
    """Answers every message at once, except those that are to fail."""

    def __init__(self, *, failing: str = "", unreachable: str = "") -> None:
        self.failing, self.unreachable = failing, unreachable
        self.asked: list[tuple[str, str]] = []

    def open_session(self, title: str, context: Mapping[str, str | int]) -> str:
        """Open nothing."""
        return title

    def submit(self, session: str, content: str, *, cache_control: str) -> str:
        """Note what was asked."""
        if content == self.unreachable:
            raise CallError("connection refused")
        self.asked.append((content, cache_control))
        return content

    def ended_job(self, job: str) -> dict[str, Any]:
        """Give an ended job."""
        if job == self.failing:
            return {"status": "failed", "error": {"message": "overloaded"}, "timings_ms": {}}
        return {
            "status": "succeeded",
            "timings_ms": {
                "queued": 1.5,
                "first_token": 20.0,
                "conversation_processing_total": 100.0,
                "steps": {"step_1_load_session": 1.0, "step_7_claude_api_call": 98.0},
            },
            "cache": {"status": "miss"},
            "usage": {
                "input_tokens": 10,
                "cache_read_input_tokens": 5,
                "output_tokens": 7,
                "cost_usd": 0.1,
            },
            "error": None,
        }


def _held(coach: ScriptedCoach, cache: CacheMode = CacheMode.COLD) -> Measured:
    measured = Measured()
    run = Run(coach, Processes(None), {}, cache, lambda _: None)
    for script in (Script("One", ("a", "b")), Script("Two", ("c", "d"))):
        run.hold(script, 0, measured)
    return measured


def test_the_shipped_suite_has_eight_scenarios_and_39_messages() -> None:
    scripts = load_suite().scripts

    assert len(scripts) == 8
    assert sum(len(script.messages) for script in scripts) == 39


def test_scenarios_are_chosen_by_name() -> None:
    suite = load_suite()

    assert [one.name for one in choose(suite, ["anti-pattern detection"])] == ["Anti-Pattern Detection"]
    with pytest.raises(ProfilingError, match=r"No scenario is called Nonsense\. There are: Discovery"):
        choose(suite, ["Nonsense"])


@pytest.mark.parametrize(
    ("repeat", "messages", "said"), [(1, None, 39), (3, None, 117), (1, 5, 5), (1, 100, 100)]
)
def test_rounds_say_as_much_as_was_asked_for(repeat: int, messages: int | None, said: int) -> None:
    rounds = list(rounds_of(load_suite().scripts, repeat=repeat, messages=messages))

    assert sum(len(script.messages) for _, script in rounds) == said
    assert rounds[0][0] == 0


def test_a_message_is_measured() -> None:
    sample = _held(ScriptedCoach()).samples[0]

    assert (sample.total_ms, sample.queued_ms, sample.first_token_ms) == (100.0, 1.5, 20.0)
    assert (sample.input_tokens, sample.output_tokens, sample.cache) == (15, 7, "miss")
    assert sample.wall_ms is not None


@pytest.mark.parametrize(
    ("cache", "header"), [(CacheMode.COLD, "no-cache"), (CacheMode.WARM, ""), (CacheMode.OFF, "no-store")]
)
def test_the_cache_mode_is_a_header(cache: CacheMode, header: str) -> None:
    coach = ScriptedCoach()

    _held(coach, cache)

    assert {control for _, control in coach.asked} == {header}


def test_a_failed_message_ends_its_scenario_and_no_other() -> None:
    measured = _held(ScriptedCoach(failing="a"))

    assert [(one.scenario, one.status) for one in measured.samples] == [
        ("One", "failed"), ("Two", "succeeded"), ("Two", "succeeded"),
    ]  # fmt: skip
    assert measured.samples[0].error == "overloaded"


def test_a_stack_that_goes_away_leaves_what_was_measured() -> None:
    measured = _held(ScriptedCoach(unreachable="d"))

    assert [one.status for one in measured.samples] == ["succeeded"] * 3 + ["unreachable"]


def test_the_file_can_be_analysed() -> None:
    measured = _held(ScriptedCoach(failing="d"))

    document = document_of(measured, {"machine": "two cores"}, at=_AT, complete=False)
    results = read_results(json.dumps(document))

    assert results.timestamp == "2026-01-02T03:04:05.000Z"
    assert (results.messages, results.total_ms, results.complete) == (3, 300.0, False)
    assert results.environment == {"machine": "two cores"}
    assert analyse(results).overhead_ms == pytest.approx(2.0)


def test_the_file_has_the_older_shape_and_more() -> None:
    document: Any = document_of(_held(ScriptedCoach()), {}, at=_AT, complete=True)

    scenario = document["scenarios"][0]
    assert scenario["scenario"] == "One"
    assert (scenario["totalTime"], scenario["messageCount"], scenario["avgTimePerMessage"]) == (200, 2, 100)
    assert scenario["topOperations"][0] == {
        "name": "conversation_processing_total", "totalTime": 200.0, "count": 2, "avg": 100.0,
    }  # fmt: skip
    stats = document["profilerStats"]["step_7_claude_api_call"]
    assert (stats["n"], stats["p50"], stats["p99"], stats["tooFew"]) == (4, 98.0, None, ["p95", "p99"])
    assert document["cache"]["hit_rate"] == 0.0
    assert len(document["samples"]) == 4


def test_a_missing_stack_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]  # pytest's
    with pytest.raises(ProfilingError, match="No stack runs with the data folder"):
        find_door(tmp_path, base_url=None, api_key=None)


def test_a_missing_key_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]  # pytest's
    with pytest.raises(ProfilingError, match="OKR_API_KEY"):
        find_door(tmp_path, base_url="http://127.0.0.1:1", api_key=None)


def test_a_stack_is_found_through_its_data_folder(tmp_path) -> None:  # type: ignore[no-untyped-def]  # pytest's
    (tmp_path / "stack.env").write_text("REDIS_URL=x\nBASE_URL=http://127.0.0.1:8000\n")
    (tmp_path / "demo-api-key").write_text("key\n")

    door = find_door(tmp_path, base_url=None, api_key=None)

    assert (door.base_url, door.api_key) == ("http://127.0.0.1:8000", "key")
