"""`/metrics`: who may read it, and what it says."""

import pytest
from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families

from conversations.metrics import count_answer, count_ended, count_wait
from conversations.values import JobStatus, Usage

pytestmark = pytest.mark.django_db


def _families(client: Client) -> dict[str, dict[tuple[str, ...], float]]:
    answer = client.get("/metrics", headers={"accept": "application/openmetrics-text;version=1.0.0"})
    assert answer.status_code == 200
    return {
        family.name: {
            tuple(one.labels.values()): one.value
            for one in family.samples
            if not one.name.endswith("_created")
        }
        for family in text_string_to_metric_families(answer.content.decode())
    }


def test_it_tells_prometheus_what_was_counted_and_how_things_stand(client: Client) -> None:
    count_ended(JobStatus.SUCCEEDED)
    count_wait(12.0)
    count_answer(model="m", usage=Usage(input_tokens=5), cache_status="miss")

    families = _families(client)

    assert families["okr_jobs_ended"][("succeeded",)] >= 1
    assert families["okr_tokens"][("input", "m")] >= 5
    assert families["okr_open_jobs"][("interactive", "queued")] == 0
    assert families["okr_up"] == {("database",): 1, ("broker",): 1}
    assert families["okr_oldest_queued_seconds"] == {(): 0}
    assert ("response",) in families["okr_cache_hits"]


@override_settings(REDIS_URL="redis://127.0.0.1:1/0", CACHE_REDIS_URL="redis://127.0.0.1:1/1")
def test_it_answers_without_redis(client: Client) -> None:
    families = _families(client)

    assert families["okr_up"][("broker",)] == 0
    assert "okr_workers" not in families


def test_it_is_hidden_from_the_outside(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"}).status_code == 404
