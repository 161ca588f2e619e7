"""The Django app."""

from django.apps import AppConfig


class ProfilingConfig(AppConfig):
    """Names the app."""

    name = "profiling"
    verbose_name = "Profiling"
