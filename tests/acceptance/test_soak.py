"""A short soak: what `make soak` does for 10,000 messages, for forty."""

import pytest

from tests.soak.report import report_of
from tests.soak.run import Options, run

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("stack")]


def test_forty_messages_survive_a_death_a_cut_network_and_an_overloaded_provider() -> None:
    faults = ("kill worker", "cut network", "provider 529")

    outcome = run(Options(messages=40, people=5, rounds=1, seed=1, faults=faults))

    assert outcome.is_good, report_of(outcome)
    assert len(outcome.sent) == 40
    assert {one.fault for one in outcome.lived} == set(faults)
