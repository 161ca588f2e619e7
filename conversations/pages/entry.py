"""The demonstration's one-time link: signed, short-lived, good for one entry."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Q
from django.db.models.functions import Now

from knowledge.models import User

_GOOD_FOR = timedelta(minutes=30)
_SALT = "conversations.pages.entry"


def one_time_link(email: str, base_url: str, *, key: str) -> str:
    """Make a link that lets this person in once; only the demonstration makes one.

    The key is the secret of the server that is to take it. Nothing is stored: the link holds the
    moment it was made, and a person who has entered since is not let in by it again.
    """
    made = datetime.now(UTC).timestamp()
    token = signing.dumps({"email": email, "made": made}, key=key, salt=_SALT)
    return f"{base_url}/enter/?{urlencode({'token': token})}"


def redeem(token: str) -> User | None:
    """Give the person whose link this is and use it up; None for any link that is no good."""
    try:
        signed = signing.loads(token, salt=_SALT, max_age=_GOOD_FOR)
    except signing.BadSignature:
        return None
    made = datetime.fromtimestamp(signed["made"], UTC)
    person = User.objects.filter(email=signed["email"], is_active=True, is_staff=False)
    # Of two browsers with the same link, one row update succeeds.
    entered = person.filter(Q(last_login=None) | Q(last_login__lt=made)).update(last_login=Now())
    return person.get() if entered else None
