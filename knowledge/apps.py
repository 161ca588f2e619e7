"""The Django app."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """Names the app."""

    name = "knowledge"
    verbose_name = "OKRs and knowledge"
