"""How long accepting and answering take beside the model, against floors of the same run.

The floors are what no server on these parts can beat: a committed insert, a push and pop, and an HTTP
exchange with the simulator. Each figure of ours is printed beside them. One client talks, as people do: it
sends a message and waits for the reply. What a client costs that does not wait is printed without a mark,
since on two cores its messages stand in line behind the workers' answers to the ones before.
"""

import http.client
import json
import statistics
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
import redis

from profiling.analysis.operations import Category, category_of
from tests.acceptance.stack import RunningStack
from tests.benchmarks.load import product_stack
from tests.benchmarks.samples import Mark, Samples, report

COUNT = 200
_WARM_UP = 5
_CONTENT = "We want customers to stay."


class KeptConnection:
    """A client that keeps its connection, as clients do."""

    def __init__(self, base_url: str, key: str, **headers: str) -> None:
        parts = urllib.parse.urlsplit(base_url)
        assert parts.hostname
        self._http = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"} | headers

    def call(self, method: str, path: str, body: object = None, **headers: str) -> dict[str, Any]:
        """Make one call that succeeds."""
        content = None if body is None else json.dumps(body)
        self._http.request(method, path, content, self._headers | headers)
        answer = self._http.getresponse()
        received = answer.read()
        assert answer.status < 300, (answer.status, received[:500])
        document: dict[str, Any] = json.loads(received)
        return document


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message and its reply, as the client saw them."""

    post_ms: float
    visible_ms: float
    job: dict[str, Any]


def main() -> None:
    """Measure one stack with an instant model."""
    with product_stack(profile="instant", processes=2, threads=8) as stack:
        floors = _floors(stack)
        client = KeptConnection(stack.base_url, stack.key)
        anew = _exchanges(client, cached=False)
        hits = _exchanges(client, cached=True)
        unwaited = Samples.of(_poster(client), COUNT)
    posted = Samples(tuple(one.post_ms for one in anew))
    answered = Samples(tuple(one.visible_ms for one in anew))
    hit = Samples(tuple(one.visible_ms for one in hits))
    jobs = [one.job for one in anew]
    beside_call = Samples(tuple(_beside_the_call(job) for job in jobs))
    floor = sum(samples.p50 for samples in floors.values())
    figures: dict[str, object] = {
        "floors": {name: samples.as_json() for name, samples in floors.items()},
        "post": posted.as_json(),
        "post_without_waiting": unwaited.as_json(),
        "post_to_reply_visible": answered.as_json(),
        "post_to_cached_reply_visible": hit.as_json(),
        "work_beside_the_call": beside_call.as_json(),
        "steps_p50_ms": _steps(jobs),
    }
    for name, samples in floors.items():
        print(f"floor  {name:<58} {samples.p50:>10.2f} ms  (p95 {samples.p95:.2f})")
    for name, ms in _steps(jobs).items():
        print(f"step   {name:<58} {ms:>10.2f} ms")
    print(f"       {'POST of a client that does not wait, p50':<58} {unwaited.p50:>10.2f} ms")
    report(
        "service",
        figures,
        [
            Mark("POST message, p50", posted.p50, 10),
            Mark("POST message, p95", posted.p95, 25),
            Mark("POST message, p50 over the three floors together", posted.p50 / floor, 3, "×"),
            Mark("POST → reply visible to a waiting poll, p50", answered.p50, 40),
            Mark("POST → cached reply visible to a waiting poll, p50", hit.p50, 30),
            Mark("work beside the Claude call per message, p50", beside_call.p50, 8),
            Mark("database per message, mean", _database_ms(jobs), 5),
        ],
    )


def _floors(stack: RunningStack) -> dict[str, Samples]:
    url, broker_url, model_url = (
        stack.setting(name) for name in ("DATABASE_URL", "REDIS_URL", "ANTHROPIC_BASE_URL")
    )
    with psycopg.connect(url, autocommit=True) as database, redis.Redis.from_url(broker_url) as broker:
        database.execute("CREATE TABLE bench_floor (id bigserial PRIMARY KEY, body text)")
        return {
            "insert": Samples.of(
                lambda: database.execute("INSERT INTO bench_floor (body) VALUES ('x')"), COUNT
            ),
            "push_pop": Samples.of(
                lambda: (broker.lpush("bench-floor", b"x"), broker.brpop(["bench-floor"], timeout=1)), COUNT
            ),
            "http_to_model": Samples.of(_model_call(model_url), COUNT),
        }


def _model_call(url: str) -> Callable[[], object]:
    client = KeptConnection(url, "simulator", **{"anthropic-version": "2023-06-01"})
    body = {
        "model": "claude-haiku-5-5",
        "max_tokens": 64,
        "messages": [{"role": "user", "content": _CONTENT}],
    }
    return lambda: client.call("POST", "/v1/messages", body)


def _exchanges(client: KeptConnection, *, cached: bool) -> list[Exchange]:
    # A session each: neither making one nor a long history is to be measured here.
    sessions = [new_session(client) for _ in range(COUNT + _WARM_UP)]
    return [exchange(client, session, cached=cached) for session in sessions][_WARM_UP:]


def exchange(
    client: KeptConnection, session: str, content: str = _CONTENT, *, cached: bool = False
) -> Exchange:
    """Send a message and wait for its answer."""
    began = time.perf_counter()
    job = post(client, session, content, cached=cached)
    posted = time.perf_counter()
    ended = client.call("GET", f"/api/v1/jobs/{job['id']}/?wait=30")
    visible = time.perf_counter()
    return Exchange((posted - began) * 1000, (visible - began) * 1000, ended)


def _poster(client: KeptConnection) -> Callable[[], object]:
    sessions = iter([new_session(client) for _ in range(COUNT + _WARM_UP)])
    return lambda: post(client, next(sessions))


def new_session(client: KeptConnection) -> str:
    """Open a session and give its id."""
    return str(client.call("POST", "/api/v1/sessions/", {})["id"])


def post(
    client: KeptConnection, session: str, content: str = _CONTENT, *, cached: bool = False
) -> dict[str, Any]:
    """Send a message, by default the same every time; its answer comes from the cache only if asked for."""
    headers = {} if cached else {"Cache-Control": "no-store"}
    path, body = f"/api/v1/sessions/{session}/messages/", {"content": content}
    return client.call("POST", path, body, **headers)


def _beside_the_call(job: dict[str, Any]) -> float:
    timings = job["timings_ms"]
    return float(timings["conversation_processing_total"] - timings["steps"]["step_7_claude_api_call"])


def _database_ms(jobs: list[dict[str, Any]]) -> float:
    def of_one(job: dict[str, Any]) -> float:
        steps: dict[str, float] = job["timings_ms"]["steps"]
        return sum(ms for name, ms in steps.items() if category_of(name) is Category.DATABASE)

    return statistics.fmean(of_one(job) for job in jobs)


def _steps(jobs: list[dict[str, Any]]) -> dict[str, float]:
    names = jobs[0]["timings_ms"]["steps"]
    return {name: Samples(tuple(job["timings_ms"]["steps"][name] for job in jobs)).p50 for name in names}


if __name__ == "__main__":
    main()
