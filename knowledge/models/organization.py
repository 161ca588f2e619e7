"""Organizations, their people and teams."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class Organization(models.Model):
    """A tenant: every row belongs to exactly one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class Accounts(BaseUserManager["User"]):
    """Creates people, known by their e-mail address."""

    def create_user(
        self, email: str, password: str | None = None, *, organization: Organization, **fields: Any
    ) -> "User":
        """Create a person; without a password only API keys open the door."""
        user = self.model(email=self.normalize_email(email).lower(), organization=organization, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an administrator, in the organization `staff` unless another is named."""
        organization = fields.pop("organization", None)
        if organization is None:
            organization, _ = Organization.objects.get_or_create(slug="staff", defaults={"name": "Staff"})
        return self.create_user(
            email, password, organization=organization, is_staff=True, is_superuser=True, **fields
        )


class User(AbstractUser):
    """A person in one organization."""

    username = None  # type: ignore[assignment]  # Django's way to drop an inherited field.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="people")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[Accounts] = Accounts()  # type: ignore[assignment]  # Accounts needs no user name.

    class Meta:
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.UniqueConstraint(fields=["organization", "id"], name="user_key_with_organization"),
        ]

    def __str__(self) -> str:
        return self.email


class Team(models.Model):
    """A group of people that owns objectives."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200)
    members = models.ManyToManyField(User, blank=True, related_name="teams")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="team_name_unique_in_organization"),
            models.UniqueConstraint(fields=["organization", "id"], name="team_key_with_organization"),
        ]

    def __str__(self) -> str:
        return self.name
