"""Which signals reach the cache."""

from django.db.models.signals import post_delete, post_save, pre_save

from conversations.cache.invalidate import (
    on_library_changed,
    on_okr_changed,
    on_route_deleted,
    on_route_saved,
)
from conversations.cache.rules import RULES
from conversations.models import CacheRule, RouteRule
from conversations.routing import ROUTES
from knowledge.models import LibraryEntry
from knowledge.signals import okr_changed


def connect_listeners() -> None:
    """Hear of changed OKRs, and of changed rules about caching and routing."""
    okr_changed.connect(on_okr_changed, dispatch_uid="cache-okr-changed")
    post_save.connect(on_library_changed, sender=LibraryEntry, dispatch_uid="cache-library-saved")
    post_delete.connect(on_library_changed, sender=LibraryEntry, dispatch_uid="cache-library-deleted")
    post_save.connect(_forget_rules, sender=CacheRule, dispatch_uid="cache-rule-saved")
    post_delete.connect(_forget_rules, sender=CacheRule, dispatch_uid="cache-rule-deleted")
    pre_save.connect(on_route_saved, sender=RouteRule, dispatch_uid="cache-route-saved")
    post_delete.connect(on_route_deleted, sender=RouteRule, dispatch_uid="cache-route-deleted")
    post_save.connect(_forget_routes, sender=RouteRule, dispatch_uid="route-rule-saved")
    post_delete.connect(_forget_routes, sender=RouteRule, dispatch_uid="route-rule-deleted")


def _forget_rules(**_: object) -> None:
    RULES.forget()


def _forget_routes(**_: object) -> None:
    ROUTES.forget()
