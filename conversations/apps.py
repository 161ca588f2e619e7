"""The Django app."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Names the app."""

    name = "conversations"
    verbose_name = "Conversations"

    def ready(self) -> None:
        """Listen to what changes answers."""
        # The receivers need the models, which are not there while this module is read.
        from conversations.cache.listeners import connect_listeners  # noqa: PLC0415

        connect_listeners()
