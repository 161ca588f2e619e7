"""What beat starts, and how often; the admin may change the rhythm."""

from datetime import timedelta

from django.conf import settings

from conversations.dispatch import SYSTEM_QUEUE

BULK_QUEUE = "bulk"
_AUDIT_EVERY = timedelta(minutes=1)

BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "reap": {
        "task": "conversations.reap",
        "schedule": settings.REAP_INTERVAL,
        # A sweep that nobody took before the next one is due has nothing to add.
        "options": {"queue": SYSTEM_QUEUE, "expires": settings.REAP_INTERVAL.total_seconds()},
    },
    "audit": {
        "task": "conversations.audit_cache",
        "schedule": _AUDIT_EVERY,
        "options": {"queue": BULK_QUEUE, "expires": _AUDIT_EVERY.total_seconds()},
    },
    "retention": {
        "task": "conversations.sweep_old",
        "schedule": settings.RETENTION_INTERVAL,
        "options": {"queue": SYSTEM_QUEUE, "expires": settings.RETENTION_INTERVAL.total_seconds()},
    },
}
