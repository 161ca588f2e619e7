"""Where a collector of traces is configured, what happens to each job goes there; else nothing is loaded."""

from collections.abc import Sequence
from functools import cache
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from profiling.spans import Ended

_OPENTELEMETRY = "profiling.opentelemetry_traces.collected"


class Traces(Protocol):
    """Takes the spans of jobs; it never waits and never raises."""

    def accepted(self, job_id: UUID, *, ms: float, traceparent: str) -> None:
        """Begin a job's trace: its message was accepted within `ms`, on behalf of the caller's own trace."""

    def attempted(self, job_id: UUID, *, attempt: int, ended: Sequence[Ended]) -> None:
        """Add the spans of one attempt, in the order they ended."""


class NoTraces:
    """Takes no notice."""

    def accepted(self, job_id: UUID, *, ms: float, traceparent: str) -> None:
        """Forget it."""

    def attempted(self, job_id: UUID, *, attempt: int, ended: Sequence[Ended]) -> None:
        """Forget them."""


@cache
def traces() -> Traces:
    """Give this process's way to the collector; OpenTelemetry is imported only where there is one."""
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return NoTraces()
    return cast("Traces", import_string(_OPENTELEMETRY)(settings.OTEL_EXPORTER_OTLP_ENDPOINT))
