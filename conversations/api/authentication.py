"""API keys as bearer tokens."""

from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone
from knox.crypto import hash_token
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from knowledge.models import User

# In the model's order, which `from_db` expects; what is left out, above all the password, is deferred.
_FIELDS = ("is_superuser", "is_staff", "is_active", "id", "email", "organization_id")
# Written out, because composing this join anew for each request took longer than running it.
_OWNER = f"""
    SELECT token.expiry, {", ".join(f"owner.{field}" for field in _FIELDS)}
      FROM knox_authtoken AS token JOIN knowledge_user AS owner ON owner.id = token.user_id
     WHERE token.digest = %s
"""  # noqa: S608 - made of constants.  # nosec B608


@dataclass(frozen=True, slots=True)
class ApiKey:
    """The key a request came with."""

    digest: str
    expires: datetime | None


class ApiKeyAuthentication(BaseAuthentication):
    """Accepts `Authorization: Bearer <api key>`; a wrong or expired key is 401.

    One query and no write: knox's own class looks up every other key of the user and deletes the
    expired ones on each request.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """Give the key's owner, or None when the request carries no bearer token."""
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        user, key = _owner_of(token.strip())
        if key.expires is not None and key.expires < timezone.now():
            raise AuthenticationFailed("The API key has expired.", code="api_key_expired")
        if not user.is_active:
            raise AuthenticationFailed("The owner of this API key is not active.", code="user_inactive")
        return user, key

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme in `WWW-Authenticate`."""
        return 'Bearer realm="api"'


def user_of(request: Request) -> User:
    """Give the authenticated user; the permission classes have refused everybody else."""
    user = request.user
    if not isinstance(user, User):
        raise NotAuthenticated
    return user


def _owner_of(token: str) -> tuple[User, ApiKey]:
    if token.isascii() and token.isalnum():
        digest = hash_token(token)
        with connection.cursor() as cursor:
            cursor.execute(_OWNER, [digest])
            row = cursor.fetchone()
        if row is not None:
            user = User.from_db(DEFAULT_DB_ALIAS, _FIELDS, row[1:])
            return user, ApiKey(digest, row[0])
    raise AuthenticationFailed("The API key is not valid.", code="api_key_invalid")
