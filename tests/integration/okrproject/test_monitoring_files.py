"""Dashboard and alerts ask only for series that exist."""

import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from conversations.metrics import (
    count_answer,
    count_call,
    count_delivery,
    count_ended,
    count_fallback,
    count_wait,
    show_prompt_cache,
)
from conversations.pipeline import steps
from conversations.values import JobStatus, Usage
from profiling.metrics import SLOW_STEPS, STEP_SECONDS

pytestmark = pytest.mark.django_db

_PROMTOOL = shutil.which("promtool", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
_DEPLOY = Path(__file__).parents[3] / "deploy"
_SERIES = re.compile(r"\bokr_[a-z_]+")
_STEPS = re.compile(r'step=~?"([^"]+)"')


def _asked() -> list[str]:
    board = json.loads((_DEPLOY / "grafana" / "dashboard.json").read_text())
    rules = yaml.safe_load((_DEPLOY / "prometheus" / "alerts.yml").read_text())
    return [
        *(target["expr"] for panel in board["panels"] for target in panel["targets"]),
        *(rule["expr"] for group in rules["groups"] for rule in group["rules"]),
    ]


@pytest.fixture
def series(client: Client) -> set[str]:
    """Every series that the page shows once each kind of event has happened."""
    count_ended(JobStatus.SUCCEEDED)
    count_wait(1.0)
    count_delivery("dead")
    count_fallback("m")
    count_call(model="m", seconds=1.0)
    show_prompt_cache(model="m", share=0.5)
    count_answer(model="m", usage=Usage(input_tokens=1, cost_usd=Decimal(1)), cache_status="miss")
    STEP_SECONDS.labels(steps.TOTAL).observe(1.0)
    SLOW_STEPS.labels(steps.TOTAL).inc()
    text = client.get("/metrics").content.decode()
    return {one.name for family in text_string_to_metric_families(text) for one in family.samples}


def test_every_series_exists(series: set[str]) -> None:
    # Gauges of workers are shown only while Redis has heard of some; health's own test covers them.
    always = series | {"okr_workers", "okr_worker_slots", "okr_worker_slots_busy"}

    asked = {name for expression in _asked() for name in _SERIES.findall(expression)}

    assert asked - always == set()


def test_every_step_exists() -> None:
    named = {step for one in _asked() for group in _STEPS.findall(one) for step in group.split("|")}

    assert named <= {*steps.ALL, steps.TOTAL}


def test_every_alert_has_a_case_in_which_it_fires() -> None:
    rules = yaml.safe_load((_DEPLOY / "prometheus" / "alerts.yml").read_text())
    cases = yaml.safe_load((_DEPLOY / "prometheus" / "alerts_test.yml").read_text())
    firing = {
        case["alertname"] for test in cases["tests"] for case in test["alert_rule_test"] if case["exp_alerts"]
    }

    assert {rule["alert"] for group in rules["groups"] for rule in group["rules"]} == firing


@pytest.mark.skipif(_PROMTOOL is None, reason="THERE IS NO promtool: the alerts are not tested here.")
def test_every_alert_fires_when_it_should_and_only_then() -> None:
    run = subprocess.run(
        [str(_PROMTOOL), "test", "rules", "alerts_test.yml"],
        cwd=_DEPLOY / "prometheus",
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr


def test_every_alert_says_what_is_wrong() -> None:
    rules = yaml.safe_load((_DEPLOY / "prometheus" / "alerts.yml").read_text())

    for rule in rules["groups"][0]["rules"]:
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in {"page", "warn", "info"}


def test_the_scrape_config_names_the_page_and_the_rules() -> None:
    config = yaml.safe_load((_DEPLOY / "prometheus" / "prometheus.yml").read_text())

    assert config["rule_files"] == ["alerts.yml"]
    assert config["scrape_configs"][0]["metrics_path"] == "/metrics"
