"""Sessions, messages and jobs as JSON.

Plain functions, because a serializer is built anew for every response and that costs more than
the queries; `outputs` describes the same shapes, and a test holds the two together.
"""

from collections.abc import Mapping

from conversations.models import Job, Message, Session
from conversations.selectors import queue_place
from conversations.values import Draft, JobStatus

Json = Mapping[str, object]


def session_json(session: Session) -> Json:
    """Give a session as clients see it."""
    return {
        "id": session.pk,
        "title": session.title,
        "phase": session.phase,
        "context": session.context,
        "double_text": session.double_text,
        "okr": Draft.from_json(session.draft).as_json() if session.draft else None,
        "okr_version": session.draft_version,
        "approved_version": session.approved_version,
        "quality": session.quality or None,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
    }


def okr_json(session: Session) -> Json:
    """Give a session's OKR with its scores."""
    draft = Draft.from_json(session.draft).as_json()
    return {
        "session": session.pk,
        "phase": session.phase,
        "version": session.draft_version,
        "approved_version": session.approved_version,
        "objective": draft["objective"],
        "key_results": draft["key_results"],
        "quality": session.quality or None,
    }


def message_json(message: Message) -> Json:
    """Give one thing said."""
    return {
        "id": message.pk,
        "session": message.session_id,
        "turn": message.turn,
        "role": message.role,
        "content": message.content,
        "model": message.model,
        "stop_reason": message.stop_reason,
        "created_at": message.created_at,
    }


def job_json(job: Job, *, ahead: int | None = None) -> Json:
    """Give a job as clients see it; a waiting one costs a query unless the jobs ahead of it are known."""
    return {
        "id": job.pk,
        "session": job.session_id,
        "status": job.status,
        "priority": job.priority,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "expires_at": job.expires_at,
        "attempt": job.attempt,
        "queue": _queue(job, ahead),
        "message": {"id": job.message.pk, "role": job.message.role, "content": job.message.content},
        "reply": _reply(job.reply) if job.reply else None,
        "cache": {name: job.cache.get(name) for name in _CACHE} if job.cache else None,
        "usage": _usage(job),
        "timings_ms": {name: job.timings.get(name) for name in _TIMES}
        | {"steps": job.timings.get("steps", {})},
        "assessment": job.assessment,
        "suggestions": job.suggestions,
        "phase": job.phase or None,
        "error": _error(job) if job.status == JobStatus.FAILED else None,
    }


_CACHE = ("status", "reason", "age_seconds")
_TIMES = ("queued", "first_token", "conversation_processing_total")


def _queue(job: Job, ahead: int | None) -> Json | None:
    place = queue_place(job, ahead=ahead)
    return None if place is None else {"position": place.position, "eta_ms": place.eta_ms}


def _reply(reply: Message) -> Json:
    return {
        "id": reply.pk,
        "role": reply.role,
        "content": reply.content,
        "model": reply.model,
        "stop_reason": reply.stop_reason,
    }


def _usage(job: Job) -> Json:
    return {
        "input_tokens": job.input_tokens,
        "output_tokens": job.output_tokens,
        "cache_creation_input_tokens": job.cache_creation_input_tokens,
        "cache_read_input_tokens": job.cache_read_input_tokens,
        "cost_usd": float(job.cost_usd),
    }


def _error(job: Job) -> Json:
    return {"code": job.error_code, "message": job.error_message, "retryable": job.error_retryable}
