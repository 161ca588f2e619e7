"""The people of the demonstration, and the secrets they use, kept in the data folder."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone
from knox.models import AuthToken

from knowledge.models import Organization, User
from okrproject.stack.private import kept_secret, write_private

DEMO_EMAIL = "demo@example.com"
ADMIN_EMAIL = "admin@example.com"
API_KEY_FILE = "demo-api-key"
PASSWORD_FILE = "admin-password"  # noqa: S105 - a file name


def secret_key_of(data_dir: Path) -> str:
    """Give the key with which the stack of this folder signs."""
    return settings.SECRET_KEY if settings.SECRET_KEY_CHOSEN else (data_dir / "secret-key").read_text()


def make_demo_people() -> Organization:
    """Give the sample organization with a person who has an API key and an administrator, made if missing."""
    organization, _ = Organization.objects.get_or_create(slug="demo", defaults={"name": "Demo company"})
    person = User.objects.filter(email=DEMO_EMAIL).first()
    if person is None:
        person = User.objects.create_user(DEMO_EMAIL, organization=organization)
    _keep_api_key(person, settings.DATA_DIR / API_KEY_FILE)
    _keep_administrator(organization, kept_secret(settings.DATA_DIR / PASSWORD_FILE))
    return organization


def _keep_api_key(person: User, path: Path) -> None:
    """Make a new key unless the kept one still opens the door."""
    if path.exists():
        prefix = path.read_text().strip()[:15]
        if AuthToken.objects.filter(user=person, token_key=prefix, expiry__gt=timezone.now()).exists():
            return
    _, key = AuthToken.objects.create(person)
    write_private(path, str(key))


def _keep_administrator(organization: Organization, password: str) -> None:
    administrator = User.objects.filter(email=ADMIN_EMAIL).first()
    if administrator is None:
        User.objects.create_superuser(ADMIN_EMAIL, password, organization=organization)
    elif not administrator.check_password(password):
        # The data folder is new and the database is not: only a password of this folder is known.
        administrator.set_password(password)
        administrator.save(update_fields=["password"])
