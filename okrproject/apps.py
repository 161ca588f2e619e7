"""The composition root as a Django app, so that its commands are found."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate

from okrproject.checks import settings_agree, settings_are_fit_for_deployment


class OkrProjectConfig(AppConfig):
    """Holds the commands of the whole system and its checks."""

    name = "okrproject"
    verbose_name = "System"

    def ready(self) -> None:
        """Register the checks, and make the Celery application the current one in every process."""
        register(settings_agree, Tags.compatibility)
        register(settings_are_fit_for_deployment, Tags.security, deploy=True)
        from okrproject.celery import app  # noqa: PLC0415 - settings must be complete first

        app.set_default()
        from okrproject.roles import ensure_roles  # noqa: PLC0415 - needs the models

        post_migrate.connect(ensure_roles, sender=self)
