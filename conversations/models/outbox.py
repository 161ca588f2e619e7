"""The outbox of webhooks: PostgreSQL itself writes a delivery when a job ends."""

from typing import Final

import pgtrigger

# Whoever ends a job ends it by this row: the worker, a user, a newer message, the reaper, or code that
# is still to be written. A share lock on the endpoint makes its deletion wait, or us skip it.
_OUTBOX: Final = """
    INSERT INTO conversations_webhookdelivery (id, endpoint_id, job_id, event, data, occurred_at)
    SELECT gen_random_uuid(), listening.id, NEW.id, 'job.' || NEW.status,
           jsonb_build_object(
               'job', NEW.id, 'session', NEW.session_id, 'status', NEW.status, 'attempt', NEW.attempt,
               'error', CASE WHEN NEW.status = 'failed' THEN jsonb_build_object(
                   'code', NEW.error_code, 'retryable', NEW.error_retryable) END),
           NEW.finished_at
      FROM (SELECT id FROM conversations_webhookendpoint
             WHERE organization_id = NEW.organization_id AND enabled
               AND (events = '{}' OR 'job.' || NEW.status = ANY(events))
             ORDER BY id FOR KEY SHARE) AS listening;
    RETURN NULL;
"""


def tells_webhooks(name: str) -> pgtrigger.Trigger:
    """Write a delivery for each listening endpoint in the transaction that ends a job."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(new__finished_at__isnull=False, old__finished_at__isnull=True),
        func=_OUTBOX,
    )
