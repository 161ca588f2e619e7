"""Wrong and truncated files are refused with the place of the fault."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiling.analysis.reading import read_results
from profiling.errors import ResultsError
from tests.unit.profiling.analysis.profiles import OLDER, document, sample


@given(st.integers(1, 15_000))
def test_a_truncated_file_is_refused(length: int) -> None:
    with pytest.raises(ResultsError, match="not complete JSON"):
        read_results(OLDER.read_text()[:length])


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("scenarios",), {}, "/scenarios"),
        (("scenarios",), [], "/scenarios"),
        (("timestamp",), 5, "/timestamp"),
        (("scenarios", 0, "totalTime"), "fast", "/scenarios/0/totalTime"),
        (("scenarios", 0, "totalTime"), -1, "/scenarios/0/totalTime"),
        (("scenarios", 0, "totalTime"), None, "/scenarios/0/totalTime"),
        (("scenarios", 0, "messageCount"), 2.5, "/scenarios/0/messageCount"),
        (("scenarios", 0, "messageCount"), True, "/scenarios/0/messageCount"),
        (("scenarios", 0, "topOperations", 0), 7, "/scenarios/0/topOperations/0"),
        (("samples", 0, "steps", "step_1_load_session"), -3, "/samples/0/steps/step_1_load_session"),
        (("samples", 0, "status"), None, "/samples/0/status"),
    ],
)
def test_a_wrong_value_is_named(path: tuple[Any, ...], value: object, where: str) -> None:
    wrong: Any = document([sample(0), sample(1)])
    place = wrong
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    with pytest.raises(ResultsError) as refused:
        read_results(json.dumps(wrong))

    assert refused.value.where.startswith(where)


@pytest.mark.parametrize("text", ["", "[]", "3", "{}", "null", '{"scenarios": null, "timestamp": ""}'])
def test_what_is_no_result_is_refused(text: str) -> None:
    with pytest.raises(ResultsError):
        read_results(text)


@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["scenarios", "samples", "timestamp", "scenario", "totalTime", "profilerStats"]),
        inner, max_size=4,
    ),
))  # fmt: skip
def test_no_json_causes_another_error(value: object) -> None:
    with pytest.raises(ResultsError):
        read_results(json.dumps(value))
