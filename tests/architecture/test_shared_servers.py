"""The tests' servers are shared by all workers, each in databases of its own."""

import os
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
# These reach beyond one database: they would empty or stall what another worker's test relies on.
_SERVER_WIDE = re.compile(
    r"\.(flushall|client_pause|client_kill|client_kill_filter|config_set|debug_sleep|shutdown_server)\("
)


def test_no_test_reaches_beyond_its_own_database() -> None:
    tests = sorted(TESTS.rglob("test_*.py"))
    reaching = {path.name: found for path in tests if (found := _SERVER_WIDE.findall(path.read_text()))}

    assert len(tests) > 100
    assert reaching == {}


@pytest.mark.xdist_group("together")
def test_tests_that_share_a_stack_stay_with_one_worker(request: pytest.FixtureRequest) -> None:
    # The group is told by this ending. A version of pytest that pytest-xdist did not know left it out
    # without a word: every worker started every stack, and the suite took twice as long.
    assert "PYTEST_XDIST_WORKER" not in os.environ or request.node.nodeid.endswith("@together")
