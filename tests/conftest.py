"""The fixtures of every ring of tests."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import redis
from django.conf import settings
from execnet.xspec import XSpec

from conversations.kept import forget_all
from tests import servers

_TESTS = Path(__file__).parent
_SERVERLESS = (_TESTS / "unit", _TESTS / "architecture")


# The same examples in every run, and no clock: the machines are shared and noisy.
hypothesis.settings.register_profile("house", derandomize=True, deadline=None)
hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Let the processes that tests start use the product's settings, not the tests'."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "okrproject.settings"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the servers in the controlling process, unless only unit tests were asked for."""
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly or not _needs_servers(config):
        return
    running = contextlib.ExitStack()
    running.enter_context(servers.running())
    config.add_cleanup(running.close)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: list[XSpec]) -> None:
    """Give every worker databases of its own in both Valkeys."""
    for number, spec in enumerate(specs):
        for name in ("REDIS_URL", "CACHE_REDIS_URL"):
            spec.env[name] = servers.redis_database(os.environ[name], number)


@pytest.fixture(scope="session", autouse=True)
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Take along what stacks in private temporary folders keep outside of them."""
    yield
    base = tmp_path_factory.getbasetemp()
    servers.remove_homes(whose=lambda data_dir: data_dir.is_relative_to(base))


def _needs_servers(config: pytest.Config) -> bool:
    start = config.invocation_params.dir
    chosen = [(start / argument.split("::")[0]).resolve() for argument in config.args]
    return not all(any(path.is_relative_to(quiet) for quiet in _SERVERLESS) for path in chosen)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """No test is told what the rows of another one said."""
    forget_all()


@pytest.fixture
def broker() -> Iterator["redis.Redis"]:
    """An empty broker database."""
    yield from _empty(settings.REDIS_URL)


@pytest.fixture
def cache_server() -> Iterator["redis.Redis"]:
    """An empty cache database."""
    yield from _empty(settings.CACHE_REDIS_URL)


def _empty(url: str) -> Iterator["redis.Redis"]:
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield client
