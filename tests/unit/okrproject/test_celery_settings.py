"""What the queue is set to; the row decides all the same."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from okrproject import env
from okrproject.celery import QUEUES, app
from okrproject.schedule import BEAT_SCHEDULE


def test_a_hint_is_acknowledged_late_and_leaves_no_result() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None


def test_a_worker_takes_no_more_than_it_can_begin() -> None:
    assert app.conf.worker_prefetch_multiplier == 1


def test_nothing_is_delivered_again_while_it_may_still_be_worked_on() -> None:
    visible_again = timedelta(seconds=app.conf.broker_transport_options["visibility_timeout"])

    assert visible_again > settings.JOB_DEADLINE + settings.JOB_LEASE


def test_the_most_urgent_queue_comes_first_and_each_has_its_own_exchange() -> None:
    assert QUEUES == ("system", "interactive", "normal", "bulk")
    assert app.conf.broker_transport_options["queue_order_strategy"] == "priority"
    assert [(one.name, one.exchange.name, one.routing_key) for one in app.conf.task_queues] == [
        (name, name, name) for name in QUEUES
    ]


def test_a_process_may_open_a_connection_for_each_of_its_slots() -> None:
    assert app.conf.broker_transport_options["max_connections"] > settings.WORKER_THREADS


@pytest.mark.parametrize("name", sorted(BEAT_SCHEDULE))
def test_beat_counts_in_whole_seconds(name: str) -> None:
    every = BEAT_SCHEDULE[name]["schedule"]

    # django-celery-beat stores whole numbers: a fraction of a second would make beat spin.
    assert isinstance(every, timedelta)
    assert every == timedelta(seconds=int(every.total_seconds()))
    assert every >= timedelta(seconds=1)


def test_half_a_second_between_sweeps_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REAP_INTERVAL_SECONDS", "0.5")

    with pytest.raises(ImproperlyConfigured, match="REAP_INTERVAL_SECONDS"):
        env.whole("REAP_INTERVAL_SECONDS", 3, least=1, most=60)
