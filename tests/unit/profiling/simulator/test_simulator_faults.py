"""Which calls the simulator lets fail."""

import pytest

from profiling.simulator.errors import ApiError
from profiling.simulator.faults import Faults


def _kinds(faults: Faults, *texts: str) -> list[str | None]:
    found = [faults.for_message(text) for text in texts]
    return [fault.kind if fault else None for fault in found]


def test_nothing_fails_unless_faults_are_allowed() -> None:
    assert _kinds(Faults(allowed=False), "[[sim:overloaded]]") == [None]


def test_a_marker_holds_for_as_many_sightings_as_it_says() -> None:
    text = "hello [[sim:overloaded*2]]"

    assert _kinds(Faults(allowed=True), text, text, text) == ["overloaded", "overloaded", None]


def test_markers_follow_one_another() -> None:
    text = "[[sim:hang*1]] [[sim:slow(5)*1]]"
    faults = Faults(allowed=True)
    first, second, third = (faults.for_message(text) for _ in range(3))

    assert first is not None
    assert second is not None
    assert (first.kind, second.kind, second.factor, third) == ("hang", "slow", 5.0, None)


def test_an_unknown_marker_is_only_text() -> None:
    assert _kinds(Faults(allowed=True), "[[sim:earthquake]]") == [None]


def test_a_rule_holds_for_matching_messages_until_it_is_used_up() -> None:
    faults = Faults(allowed=True)
    faults.add({"kind": "refusal", "times": 1, "match": "secret"})

    assert _kinds(faults, "hello", "a secret", "a secret") == [None, "refusal", None]


@pytest.mark.parametrize(
    "data", [{"kind": "earthquake"}, {"kind": "hang", "times": 0}, {"kind": "slow", "factor": -1}]
)
def test_a_wrong_rule_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ApiError):
        Faults(allowed=True).add(data)
