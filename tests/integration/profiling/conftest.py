"""A running simulator for the tests that talk to it."""

from collections.abc import Iterator

import pytest

from tests.simulators import RunningSimulator, started_simulator


@pytest.fixture(scope="session")
def _running_simulator() -> Iterator[RunningSimulator]:
    with started_simulator("--profile", "instant", "--allow-faults") as running:
        yield running


@pytest.fixture
def simulator(_running_simulator: RunningSimulator) -> RunningSimulator:
    """A simulator that answers at once, allows faults and has seen nothing yet."""
    _running_simulator.post("reset").raise_for_status()
    _running_simulator.post("profile", profile="instant").raise_for_status()
    return _running_simulator
