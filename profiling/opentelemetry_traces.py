"""One OpenTelemetry trace for each job, from its acceptance through every attempt to answer it.

The trace's id is the job's own. So the trace crosses the queue whatever the queue does: a hint may be
lost, doubled, or sent again by the reaper, and the worker still knows the trace that the web process began.
"""

import time
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from uuid import UUID

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context
from opentelemetry.trace.propagation import get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from profiling.spans import Ended

ACCEPT = "accept_message"
_SPAN_BITS = (1 << 64) - 1
_root: ContextVar[UUID | None] = ContextVar("root", default=None)


def collected(endpoint: str) -> "JobTraces":
    """Send traces to an OTLP collector, such as `http://127.0.0.1:4318`, in batches from a thread."""
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    return JobTraces(BatchSpanProcessor(exporter))


class JobTraces:
    """Makes spans of what was measured already."""

    def __init__(self, processor: SpanProcessor) -> None:
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": "okr-coach"}), id_generator=_Ids()
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("okr-coach")

    def accepted(self, job_id: UUID, *, ms: float, traceparent: str) -> None:
        """Begin a job's trace with its root; the caller's own trace is linked."""
        token = _root.set(job_id)
        try:
            now = time.time_ns()
            self._tracer.start_span(
                ACCEPT, context=Context(), links=_links(traceparent), start_time=now - _nanoseconds(ms)
            ).end(now)
        finally:
            _root.reset(token)

    def attempted(self, job_id: UUID, *, attempt: int, ended: Sequence[Ended]) -> None:
        """Add one attempt's spans beneath the root, outermost first."""
        offset = time.time_ns() - time.perf_counter_ns()
        made: dict[str, Context] = {}
        for one in reversed(ended):
            above = made.get(one.parent or "") or _beneath(job_id)
            began = offset + round(one.began * 1e9)
            span = self._tracer.start_span(
                one.name, context=above, attributes=_facts(job_id, attempt, one), start_time=began
            )
            made[one.name] = set_span_in_context(span, Context())
            span.end(began + _nanoseconds(one.ms))

    def flush(self) -> None:
        """Send what was not sent yet."""
        self._provider.force_flush()


class _Ids(RandomIdGenerator):
    """Gives a job's root span the ids that everybody who knows the job can tell."""

    def generate_trace_id(self) -> int:
        job_id = _root.get()
        return super().generate_trace_id() if job_id is None else job_id.int

    def generate_span_id(self) -> int:
        job_id = _root.get()
        return super().generate_span_id() if job_id is None else _span_of(job_id)


def _span_of(job_id: UUID) -> int:
    return (job_id.int & _SPAN_BITS) or 1


def _beneath(job_id: UUID) -> Context:
    root = SpanContext(
        job_id.int, _span_of(job_id), is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)
    )
    return set_span_in_context(NonRecordingSpan(root), Context())


def _links(traceparent: str) -> Sequence[Link]:
    if not traceparent:
        return ()
    context = TraceContextTextMapPropagator().extract({"traceparent": traceparent}, Context())
    caller = get_current_span(context).get_span_context()
    return (Link(caller),) if caller.is_valid else ()


def _facts(job_id: UUID, attempt: int, one: Ended) -> Mapping[str, str | int | bool]:
    facts: dict[str, str | int | bool] = {
        "okr.job": str(job_id),
        "okr.attempt": attempt,
        "okr.slow": one.slow,
    }
    return facts if one.memory_bytes is None else facts | {"okr.memory_delta_bytes": one.memory_bytes}


def _nanoseconds(ms: float) -> int:
    return round(ms * 1e6)
