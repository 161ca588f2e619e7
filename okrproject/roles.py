"""The staff's roles: groups with no more rights than their work needs, made again after every migration."""

from collections.abc import Iterable
from typing import Any, Final

from django.contrib.auth.models import Group, Permission
from django.db import transaction

_GOALS: Final = (
    "knowledge.cycle",
    "knowledge.objective",
    "knowledge.keyresult",
    "knowledge.checkin",
    "knowledge.initiative",
    "knowledge.libraryentry",
)
#: What each role may do, by model. People, groups, organizations, API keys and the schedule are in none of
#: them, and none points webhooks elsewhere: that is a superuser's, since each opens a way to more.
ROLES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    # Looks at an organization's goals and at how the coach does; reads no conversation.
    "viewer": {"view": _GOALS},
    # Answers for what the coach says: reads conversations, keeps the library and the goals.
    "coach manager": {
        "view": (
            *_GOALS,
            "knowledge.suggestionfeedback",
            "conversations.session",
            "conversations.job",
            "conversations.transition",
        ),
        "add": ("knowledge.libraryentry", "knowledge.cycle", "knowledge.objective", "knowledge.keyresult"),
        "change": ("knowledge.libraryentry", "knowledge.cycle", "knowledge.objective", "knowledge.keyresult"),
    },
    # Keeps the service running: retries and cancels jobs, fires and takes back cache rules, and sends again
    # what a receiver missed, to where it was meant to go.
    "operator": {
        "view": (
            "conversations.job",
            "conversations.cacherule",
            "conversations.cachefiring",
            "conversations.webhookendpoint",
            "conversations.webhookdelivery",
        ),
        "change": (
            "conversations.job",
            "conversations.cacherule",
            "conversations.cachefiring",
            "conversations.webhookdelivery",
        ),
    },
}


def ensure_roles(**_: Any) -> None:
    """Give each role's group exactly its rights; members and groups of your own stay as they are.

    It hears `post_migrate`, when every table and permission is there, so that a migration of one app need
    not wait for another's permissions.
    """
    with transaction.atomic():
        for name, rights in ROLES.items():
            group, _created = Group.objects.get_or_create(name=name)
            group.permissions.set(_permissions(rights))


def _permissions(rights: dict[str, tuple[str, ...]]) -> Iterable[Permission]:
    for action, models in rights.items():
        for model in models:
            app, name = model.split(".")
            yield from Permission.objects.filter(
                content_type__app_label=app, codename=f"{action}_{name}", content_type__model=name
            )
