"""Hand out API keys."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import transaction
from knox.models import AuthToken

from conversations.errors import ConversationError
from knowledge.models import Organization, User

DEFAULT_ORGANIZATION = "default"


class ApiKeyRefusedError(ConversationError):
    """No key can be made for this person."""

    code = "api_key_refused"


def issue_api_key(email: str, *, organization: str | None = None) -> str:
    """Give a new key for this person; organization and person are created if they are missing.

    Only the key's hash is kept. Raises ApiKeyRefusedError for a malformed address or slug, and
    for a person who belongs to another organization than the one named.
    """
    _check(email, organization)
    with transaction.atomic():
        person = User.objects.filter(email=email.lower()).select_related("organization").first()
        if person is None:
            person = _new_person(email, organization or DEFAULT_ORGANIZATION)
        elif organization not in {None, person.organization.slug}:
            raise ApiKeyRefusedError(f"{person.email} belongs to {person.organization.slug}.")
        _, key = AuthToken.objects.create(person)
    return str(key)


def _check(email: str, organization: str | None) -> None:
    try:
        validate_email(email)
        if organization is not None:
            validate_slug(organization)
    except ValidationError as error:
        raise ApiKeyRefusedError(" ".join(error.messages)) from error


def _new_person(email: str, slug: str) -> User:
    organization, _ = Organization.objects.get_or_create(
        slug=slug, defaults={"name": slug.replace("-", " ").title()}
    )
    return User.objects.create_user(email, organization=organization)
