"""The files for containers name programs, settings and paths that exist."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from okrproject.celery import app as celery_app
from tests.unit.okrproject.test_env_example import documented

ROOT = Path(__file__).resolve().parents[3]
OURS = ("prepare", "web", "worker", "beat")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    found: dict[str, Any] = document["services"]
    return found


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_our_containers_is_a_setting(services: dict[str, Any], name: str) -> None:
    assert set(services[name]["environment"]) <= set(documented())


@pytest.mark.parametrize("name", OURS)
def test_our_containers_have_no_privileges(services: dict[str, Any], name: str) -> None:
    service = services[name]

    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True


@pytest.mark.parametrize("name", ["prepare", "worker", "beat"])
def test_the_programs_they_start_exist(services: dict[str, Any], name: str) -> None:
    program, *arguments = services[name]["command"]

    assert Path(sys.executable).with_name(program).exists()
    if arguments[0] == "-m":
        assert (ROOT / (arguments[1].replace(".", "/") + ".py")).exists()
    else:
        assert celery_app.main == "okrproject"


def test_the_broker_keeps_everything_and_the_cache_is_bounded(services: dict[str, Any]) -> None:
    broker, cache = (" ".join(services[name]["command"]) for name in ("broker", "cache"))

    assert "--appendonly yes" in broker
    assert "--maxmemory-policy noeviction" in broker
    assert "--maxmemory 128mb" in cache
    assert "--maxmemory-policy allkeys-lru" in cache
    assert services["web"]["environment"]["REDIS_URL"] != services["web"]["environment"]["CACHE_REDIS_URL"]


def test_every_volume_and_dependency_is_declared(services: dict[str, Any]) -> None:
    declared = set(yaml.safe_load((ROOT / "compose.yaml").read_text())["volumes"])
    used = {mount.split(":")[0] for service in services.values() for mount in service.get("volumes", [])}
    needed = {other for service in services.values() for other in service.get("depends_on", {})}

    assert used == declared
    assert needed <= set(services)


def test_the_image_copies_what_exists_and_does_not_run_as_root() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, flags=re.MULTILINE)

    assert all((ROOT / name).exists() for line in copied for name in line.split())
    assert re.search(r"^USER okr$", dockerfile, flags=re.MULTILINE)
    assert dockerfile.index("USER okr") < dockerfile.index("CMD")
