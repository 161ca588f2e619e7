"""A job's trace: one tree across the queue, in the ids that the job itself gives."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from uuid import UUID

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from profiling.opentelemetry_traces import ACCEPT, JobTraces, collected
from profiling.spans import Ended, Profile, Watch
from profiling.tracing import NoTraces, traces

JOB = UUID("6f1f1c3e-58a4-4a0e-9c1b-2f8f6d9f0a11")
CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def heard() -> InMemorySpanExporter:
    """What the collector got."""
    return InMemorySpanExporter()


def spans_of_an_attempt() -> list[Ended]:
    ended: list[Ended] = []
    profile = Profile(watch=Watch(on_end=ended.append))
    with profile.span("total"):
        with profile.span("load"):
            pass
        with profile.span("call"):
            pass
    return ended


def test_web_and_worker_make_one_tree(heard: InMemorySpanExporter) -> None:
    # Two processes that share nothing but the job's id.
    JobTraces(SimpleSpanProcessor(heard)).accepted(JOB, ms=4.0, traceparent=CALLER)
    JobTraces(SimpleSpanProcessor(heard)).attempted(JOB, attempt=1, ended=spans_of_an_attempt())

    spans = {one.name: one for one in heard.get_finished_spans()}

    assert {one.context.trace_id for one in spans.values() if one.context} == {JOB.int}
    above = {name: one.parent.span_id if one.parent else None for name, one in spans.items()}
    made = {name: one.context.span_id for name, one in spans.items() if one.context}
    assert above == {ACCEPT: None, "total": made[ACCEPT], "load": made["total"], "call": made["total"]}
    assert [f"{link.context.trace_id:032x}" for link in spans[ACCEPT].links] == [CALLER.split("-")[1]]


def test_spans_last_as_long_as_was_measured(heard: InMemorySpanExporter) -> None:
    ended = spans_of_an_attempt()

    JobTraces(SimpleSpanProcessor(heard)).attempted(JOB, attempt=2, ended=ended)

    for span in heard.get_finished_spans():
        assert span.start_time is not None
        assert span.end_time is not None
        measured = next(one.ms for one in ended if one.name == span.name)
        assert (span.end_time - span.start_time) / 1e6 == pytest.approx(measured, abs=0.01)
        assert (span.attributes or {})["okr.attempt"] == 2


@pytest.mark.parametrize("nonsense", ["", "00-zz", "not a trace"])
def test_a_caller_without_a_valid_trace_is_not_linked(heard: InMemorySpanExporter, nonsense: str) -> None:
    JobTraces(SimpleSpanProcessor(heard)).accepted(JOB, ms=1.0, traceparent=nonsense)

    assert [list(one.links) for one in heard.get_finished_spans()] == [[]]


class _Collector(BaseHTTPRequestHandler):
    """Keeps what is posted."""

    posted: list[tuple[str, bytes]] = []

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.posted.append((self.path, self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[str]:
    """A collector on loopback."""
    with HTTPServer(("127.0.0.1", 0), _Collector) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)


def test_a_collector_gets_them_over_http(collector: str) -> None:
    sending = collected(collector)

    sending.attempted(JOB, attempt=1, ended=spans_of_an_attempt())
    sending.flush()

    [(path, body)] = _Collector.posted
    assert path == "/v1/traces"
    request = ExportTraceServiceRequest.FromString(body)
    sent = [span for one in request.resource_spans for scope in one.scope_spans for span in scope.spans]
    assert {span.name for span in sent} == {"total", "load", "call"}
    assert {span.trace_id for span in sent} == {JOB.bytes}


def test_without_a_collector_nothing_is_traced() -> None:
    assert isinstance(traces(), NoTraces)
