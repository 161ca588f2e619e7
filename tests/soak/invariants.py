"""What must hold, asked of the database and of every client."""

from collections import Counter
from collections.abc import Sequence

import psycopg

from tests.soak.records import Sent
from tests.soak.rest import ENDS

# Each statement finds what must not be; they hold at any moment, in the middle of a fault as well.
ALWAYS = {
    "a job with more than one reply": """
        SELECT session_id, turn FROM conversations_message WHERE role = 'assistant'
         GROUP BY session_id, turn HAVING count(*) > 1""",
    "a success without a reply": """
        SELECT id FROM conversations_job WHERE status = 'succeeded' AND reply_id IS NULL""",
    "a reply that no job gave": """
        SELECT m.id FROM conversations_message m LEFT JOIN conversations_job j ON j.reply_id = m.id
         WHERE m.role = 'assistant' AND j.id IS NULL""",
    "a message without a job": """
        SELECT m.id FROM conversations_message m LEFT JOIN conversations_job j ON j.message_id = m.id
         WHERE m.role = 'user' AND j.id IS NULL""",
    "a job taken before an earlier one of its session had ended": """
        SELECT j.id FROM conversations_job j JOIN conversations_job e
            ON e.session_id = j.session_id AND e.turn < j.turn
         WHERE j.started_at IS NOT NULL AND (e.finished_at IS NULL OR e.finished_at > j.started_at)""",
    "a failure without a code": """
        SELECT id FROM conversations_job WHERE status = 'failed' AND error_code = ''""",
    "an end that is not dated": """
        SELECT id FROM conversations_job
         WHERE (status IN ('queued', 'running')) = (finished_at IS NOT NULL)""",
    "a key that made two jobs": """
        SELECT user_id, key FROM conversations_idempotencyrecord GROUP BY 1, 2 HAVING count(*) > 1""",
}
IN_THE_END = {
    "a job that has not ended": """
        SELECT id FROM conversations_job WHERE status IN ('queued', 'running')""",
    "a lease nobody gave back": "SELECT id FROM conversations_job WHERE lease_until IS NOT NULL",
}


def violations(database_url: str, *, over: bool = False) -> tuple[str, ...]:
    """Ask the database what must not be there; `over` once all work is done."""
    asked = ALWAYS | (IN_THE_END if over else {})
    with psycopg.connect(database_url) as connection:
        found = {what: connection.execute(statement).fetchall() for what, statement in asked.items()}
    return tuple(f"{what}: {len(rows)}, such as {rows[0]}" for what, rows in found.items() if rows)


def of_clients(sent: Sequence[Sent]) -> tuple[str, ...]:
    """Ask every client: one job to a key, one end to a job, the stream's text equal to the reply."""
    troubles = [f"{trouble}: {one.key}" for one in sent for trouble in one.troubles]
    for one in sent:
        if len(one.jobs) != 1:
            troubles.append(f"a key with {len(one.jobs)} jobs: {one.key}")
        if one.document is None or one.document["status"] not in ENDS:
            troubles.append(f"a message without an end: {one.key}")
        elif one.document["status"] == "succeeded" and not one.document["reply"]["content"]:
            troubles.append(f"an empty reply: {one.key}")
    twice = [job for job, times in Counter(job for one in sent for job in one.jobs).items() if times > 1]
    return (*troubles, *(f"a job of two keys: {job}" for job in twice))


def lost(database_url: str, sent: Sequence[Sent]) -> int:
    """Count the accepted messages of which the database knows no job that has ended."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT id FROM conversations_job WHERE finished_at IS NOT NULL")
        ended = {str(row[0]) for row in rows}
    return sum(not one.jobs <= ended for one in sent)
