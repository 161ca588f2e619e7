"""Forgetting a person: what they are and wrote freely goes, the organization's goals stay."""

from dataclasses import dataclass

import pgtrigger
from django.apps import apps
from django.db import connection, transaction

from knowledge.models import CheckIn, User

_APPEND_ONLY = {("knowledge.CheckIn", "check_in_append_only"), ("knowledge.CheckInEvent", "append_only")}


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The receipt: how many texts were blanked, in check-ins and in their history."""

    check_in_notes: int
    history_notes: int


def forget_person(user: User) -> Forgotten:
    """Blank a person's name, address, password and check-in notes, and let nobody in with their account.

    Objectives and values belong to the organization and stay, under an account that names nobody. This is
    the one place where check-ins change. It joins the caller's transaction; API keys are the caller's.
    """
    history = apps.get_model("knowledge", "CheckInEvent")
    with transaction.atomic():
        _lift_append_only()
        notes = CheckIn.objects.filter(author=user).exclude(note="").update(note="")
        past = history._default_manager.filter(author_id=user.pk).exclude(note="").update(note="")  # noqa: SLF001 - Django's public name for it
        _tell_triggers(())
        user.email = f"erased-{user.pk}@erased.invalid"
        user.first_name = user.last_name = ""
        user.is_active = user.is_staff = user.is_superuser = False
        user.set_unusable_password()
        user.save(
            update_fields=[
                "email", "first_name", "last_name", "is_active", "is_staff", "is_superuser", "password",
            ]
        )  # fmt: skip
        user.teams.clear()
    return Forgotten(check_in_notes=notes, history_notes=past)


def _lift_append_only() -> None:
    _tell_triggers(
        tuple(
            trigger.get_pgid(model)
            for model, trigger in pgtrigger.registered()
            if (model._meta.label, trigger.name) in _APPEND_ONLY  # noqa: SLF001 - Django's public name for it
        )
    )


def _tell_triggers(ignored: tuple[str, ...]) -> None:
    """Name the triggers that stand aside until the transaction ends; none takes the leave back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(ignored) + "}"])
