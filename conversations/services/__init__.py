"""What people do in conversations: the only writers besides the pipeline."""

from conversations.services.dead_letters import Outcome, cancel_jobs, redeliver_many, replay_jobs
from conversations.services.erasure import Receipt, erase_person
from conversations.services.jobs import cancel, cancel_job, retry, retry_job
from conversations.services.sessions import create_session, delete_session, update_session
from conversations.services.submit import Accepted, Submission, submit_message
from conversations.services.transitions import Move, force_transition, transition

__all__ = [
    "Accepted",
    "Move",
    "Outcome",
    "Receipt",
    "Submission",
    "cancel",
    "cancel_job",
    "cancel_jobs",
    "create_session",
    "delete_session",
    "erase_person",
    "force_transition",
    "redeliver_many",
    "replay_jobs",
    "retry",
    "retry_job",
    "submit_message",
    "transition",
    "update_session",
]
