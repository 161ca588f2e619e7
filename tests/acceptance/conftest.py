"""The stack that the tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.stack import RunningStack, running_stack

# Recognisable, so that `test_secrets` finds them wherever they turn up.
SECRETS = {
    "SECRET_KEY": "signing-key-of-the-acceptance-tests-" + "k" * 30,
    "ANTHROPIC_API_KEY": "sk-ant-api03-of-the-acceptance-tests",
}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """One stack for every way to use and to break it; tests that share it are in one xdist group."""
    folder = Path(tmp_path_factory.mktemp("stack"))
    key, provider = SECRETS["SECRET_KEY"], SECRETS["ANTHROPIC_API_KEY"]
    with running_stack(
        folder,
        CLAUDE_IDLE_TIMEOUT_SECONDS="1",
        CLAUDE_SIMULATED="true",
        SECRET_KEY=key,
        ANTHROPIC_API_KEY=provider,
    ) as running:
        yield running
