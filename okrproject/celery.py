"""The Celery application that carries job ids to the workers."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okrproject.settings")

from celery import Celery
from celery.signals import worker_ready
from django.conf import settings
from kombu import Exchange, Queue

from conversations.dispatch import SYSTEM_QUEUE
from okrproject import broker
from okrproject.interpreter import settle_in
from okrproject.schedule import BEAT_SCHEDULE
from okrproject.stack.readiness import say_ready

# Most urgent first: a worker always takes from the first queue that has something.
QUEUES = (SYSTEM_QUEUE, "interactive", "normal", "bulk")

broker.install()
app = Celery("okrproject")
app.conf.update(settings.CELERY)
app.conf.task_queues = [Queue(name, Exchange(name), routing_key=name) for name in QUEUES]
app.conf.beat_schedule = BEAT_SCHEDULE
app.autodiscover_tasks()


@worker_ready.connect
def tell_supervisor(**_: object) -> None:
    """Let the worker before this one go: this one consumes."""
    settle_in()
    say_ready()
