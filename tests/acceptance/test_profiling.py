"""The profiling suite against a real stack, and what the stack's processes count."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from profiling.analysis.reading import read_results
from tests.acceptance.stack import ROOT, RunningStack, eventually
from tests.servers import outside_environment

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("stack")]


def _profile(stack: RunningStack, out: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "profile_conversations", "--out", str(out), *arguments],
        cwd=ROOT,
        env=outside_environment() | {"OKR_DATA_DIR": str(stack.data_dir)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _counted(stack: RunningStack, sample: str, **labels: str) -> float:
    with urllib.request.urlopen(f"{stack.base_url}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return sum(
        one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
        if one.name == sample and labels.items() <= one.labels.items()
    )


def test_the_suite_measures_a_running_stack_and_metrics_count_it(stack: RunningStack, tmp_path: Path) -> None:
    before = _counted(stack, "okr_jobs_ended_total", status="succeeded")

    ran = _profile(stack, tmp_path, "--scenarios", "Discovery Phase - Simple", "--messages", "5")

    assert ran.returncode == 0, ran.stderr
    assert "[##############################]    5/5" in ran.stdout
    (path,) = tmp_path.glob("profiling-results-*.json")
    results = read_results(path.read_text())
    assert (results.messages, results.complete) == (5, True)
    assert all(one.steps and one.input_tokens for one in results.samples)
    assert {"web", "worker-1", "postgres"} <= {one.process for one in results.memory}
    assert (tmp_path / "BOTTLENECK_ANALYSIS.md").exists()
    # Two worker processes answered; the web process adds up what they counted.
    assert _counted(stack, "okr_jobs_ended_total", status="succeeded") >= before + 5
    # One that another test killed counts for some seconds yet.
    eventually(lambda: _counted(stack, "okr_workers") == 2 or None, "two workers to be counted")


def test_a_warm_cache_answers(stack: RunningStack, tmp_path: Path) -> None:
    ran = _profile(stack, tmp_path, "--cache", "warm", "--scenarios", "Anti-Pattern Detection")

    assert ran.returncode == 0, ran.stderr
    (path,) = tmp_path.glob("profiling-results-*.json")
    assert json.loads(path.read_text())["cache"]["hit_rate"] == 1.0


def test_a_wrong_key_is_named(stack: RunningStack, tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "manage.py", "profile_conversations", "--base-url", stack.base_url],
        cwd=ROOT,
        env=outside_environment() | {"OKR_API_KEY": "wrong", "OKR_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.returncode == 2
    assert "401" in ran.stderr
    assert "Traceback" not in ran.stderr
