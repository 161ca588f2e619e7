"""Rows for tests: every field has a sensible value, so a test names only what it is about."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone
from knox.models import AuthToken

from conversations.models import OPEN, Job, Message, Session
from conversations.values import JobStatus, Role
from knowledge.models import Organization, User

_numbers = count(1)


def an_organization(**fields: Any) -> Organization:
    """Create a tenant."""
    number = next(_numbers)
    return Organization.objects.create(**({"name": f"Company {number}", "slug": f"co-{number}"} | fields))


def a_user(
    *, organization: Organization | None = None, email: str = "", password: str | None = None, **fields: Any
) -> User:
    """Create a person, in an organization of their own unless one is given."""
    return User.objects.create_user(
        email or f"person-{next(_numbers)}@example.com",
        password,
        organization=organization or an_organization(),
        **fields,
    )


def an_api_key(user: User, *, expires_in: timedelta = timedelta(days=1)) -> str:
    """Create a key for a person and give the key itself; a negative time makes an expired one."""
    _, key = AuthToken.objects.create(user, expiry=expires_in)
    return str(key)


def a_session(user: User | None = None, **fields: Any) -> Session:
    """Create a session."""
    owner = user or a_user()
    return Session.objects.create(**({"user": owner, "organization_id": owner.organization_id} | fields))


def a_message(session: Session | None = None, **fields: Any) -> Message:
    """Create a message; it takes the session's next turn unless one is given."""
    place = session or a_session()
    if "turn" not in fields:
        fields["turn"] = place.next_turn
        place.next_turn += 1
        place.save(update_fields=["next_turn"])
    defaults = {"role": Role.USER, "content": "We want customers to stay longer."}
    return Message.objects.create(
        **({"session": place, "organization_id": place.organization_id} | defaults | fields)
    )


def a_reply(message: Message, **fields: Any) -> Message:
    """Create the coach's reply to a message."""
    defaults = {
        "role": Role.ASSISTANT,
        "content": "What would change?",
        "model": "claude-sonnet-5-5",
    }
    return a_message(
        message.session, **({"turn": message.turn, "stop_reason": "end_turn"} | defaults | fields)
    )


def a_job(session: Session | None = None, *, status: JobStatus = JobStatus.QUEUED, **fields: Any) -> Job:
    """Create a job with its message, consistent with its status; a succeeded one has a reply."""
    message = fields.pop("message", None) or a_message(session)
    if status is JobStatus.SUCCEEDED and "reply" not in fields:
        fields["reply"] = a_reply(message)
    return Job.objects.create(
        **(
            {
                "session": message.session,
                "user": message.session.user,
                "organization_id": message.organization_id,
                "message": message,
                "turn": message.turn,
                "status": status,
            }
            | _facts_of(status, timezone.now())
            | fields
        )
    )


def _facts_of(status: JobStatus, now: datetime) -> dict[str, Any]:
    if status is JobStatus.QUEUED:
        return {"created_at": now}
    worked: dict[str, Any] = {"created_at": now, "started_at": now, "attempt": 1, "lease_epoch": 1}
    if status is JobStatus.RUNNING:
        return worked | {"lease_until": now + timedelta(seconds=15)}
    assert status not in OPEN
    if status is JobStatus.FAILED:
        worked |= {"error_code": "overloaded", "error_message": "The provider is overloaded."}
    return worked | {"finished_at": now}
