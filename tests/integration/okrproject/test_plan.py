"""What a stack consists of depends on what its user chose."""

from pathlib import Path

import pytest
from django.test import override_settings

from okrproject.stack.options import Options
from okrproject.stack.plan import Plan, make_plan

URLS = {
    "DATABASE_URL": "postgres://somebody:secret@db.example:5432/okr",
    "REDIS_URL": "redis://broker.example:6379/0",
    "CACHE_REDIS_URL": "redis://cache.example:6379/0",
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*URLS, "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def a_plan(folder: Path, *, running: frozenset[str] = frozenset()) -> Plan:
    with override_settings(FROM_RUNNING_STACK=running, **URLS):
        return make_plan(Options(data_dir=folder, port=8123, worker_processes=3))


def names(plan: Plan) -> list[str]:
    return [part.name for part in plan.servers]


def test_without_any_address_all_servers_are_embedded(tmp_path: Path) -> None:
    plan = a_plan(tmp_path)

    assert names(plan) == ["postgres", "broker", "cache"]
    assert [part.name for part in plan.workers] == ["worker-1", "worker-2", "worker-3"]
    assert plan.addresses["BASE_URL"] == "http://127.0.0.1:8123"
    assert plan.addresses["REDIS_URL"].startswith("redis://:")


def test_an_address_the_user_chose_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URLS["DATABASE_URL"])

    plan = a_plan(tmp_path)

    assert names(plan) == ["broker", "cache"]
    assert plan.addresses["DATABASE_URL"] == URLS["DATABASE_URL"]


def test_an_address_of_a_stack_that_runs_already_is_not_a_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, url in URLS.items():
        monkeypatch.setenv(name, url)

    plan = a_plan(tmp_path, running=frozenset(URLS))

    assert names(plan) == ["postgres", "broker", "cache"]
    assert not set(URLS.values()) & set(plan.web.launch().env.values())


def test_without_a_key_the_simulator_answers_and_says_so(tmp_path: Path) -> None:
    plan = a_plan(tmp_path)

    assert plan.simulator is not None
    assert plan.addresses["CLAUDE_SIMULATED"] == "1"
    assert plan.web.launch().env["ANTHROPIC_BASE_URL"].startswith("http://127.0.0.1:")


def test_with_a_key_claude_answers_and_the_key_is_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a real key")

    plan = a_plan(tmp_path)

    assert plan.simulator is None
    assert "ANTHROPIC_API_KEY" not in plan.addresses
    assert plan.web.launch().env["ANTHROPIC_API_KEY"] == "a real key"


def test_a_key_can_be_rehearsed_with_on_the_simulator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a real key")
    monkeypatch.setenv("CLAUDE_SIMULATED", "true")

    plan = a_plan(tmp_path)

    assert plan.simulator is not None
    assert "ANTHROPIC_API_KEY" not in plan.addresses
    assert plan.web.launch().env["ANTHROPIC_BASE_URL"].startswith("http://127.0.0.1:")


def test_ports_and_passwords_of_two_stacks_differ(tmp_path: Path) -> None:
    one, other = a_plan(tmp_path / "one"), a_plan(tmp_path / "other")

    for name in URLS:
        assert one.addresses[name] != other.addresses[name]
    assert (
        a_plan(tmp_path / "one").addresses["DATABASE_URL"].split("@")[0]
        == (one.addresses["DATABASE_URL"].split("@")[0])
    )
