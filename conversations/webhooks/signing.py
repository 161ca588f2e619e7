"""Secrets of endpoints and the signatures made with them (Standard Webhooks)."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from conversations.errors import ConversationError
from conversations.models import WebhookEndpoint

PREFIX: Final = "whsec_"
_PURPOSE: Final = b"okr webhook secret v1"


class SecretLostError(ConversationError):
    """The server's key has changed since this endpoint's secret was shown; rotate the secret."""

    code = "webhook_secret_lost"


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret to show once, and the two values to keep."""

    shown: str
    salt: str
    check: str


def new_secret() -> NewSecret:
    """Make a secret that only this server can derive again from its salt."""
    salt = secrets.token_hex(32)
    shown = _derive(settings.SECRET_KEY, salt)
    return NewSecret(shown=shown, salt=salt, check=_check(shown))


def secrets_of(endpoint: WebhookEndpoint) -> list[str]:
    """Give the secret, and the one before it while both are valid; raises SecretLostError."""
    found = [_derived(endpoint.secret_salt, endpoint.secret_check)]
    if endpoint.previous_until is not None and endpoint.previous_until > timezone.now():
        found.append(_derived(endpoint.previous_salt, endpoint.previous_check))
    return found


def signed_headers(
    endpoint: WebhookEndpoint, *, message_id: str, moment: datetime, body: bytes
) -> dict[str, str]:
    """Sign a body; the headers name the message, the moment and a signature for each valid secret."""
    signatures = [Webhook(secret).sign(message_id, moment, body.decode()) for secret in secrets_of(endpoint)]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _derived(salt: str, check: str) -> str:
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        secret = _derive(key, salt)
        if hmac.compare_digest(_check(secret), check):
            return secret
    raise SecretLostError


def _derive(key: str, salt: str) -> str:
    inner = hmac.digest(key.encode(), _PURPOSE, hashlib.sha256)
    return PREFIX + base64.b64encode(hmac.digest(inner, bytes.fromhex(salt), hashlib.sha256)).decode()


def _check(secret: str) -> str:
    return hashlib.sha256(b"check " + secret.encode()).hexdigest()
