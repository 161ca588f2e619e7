"""Where a streamed message's CPU goes: by process, and inside a worker by part, with a flame graph.

Calls of the seed's length stream to one worker, some dozens at once. What each process uses is what the
system counts; CPU, unlike wall time, hardly depends on what else the machine does. A sampler then notes
who holds the interpreter, a hundred times a second, and the worker's milliseconds are dealt out by that.
"""

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.acceptance.stack import RunningStack
from tests.benchmarks.load import Clients, product_stack, sessions_of, wait_until_drained
from tests.benchmarks.meter import Meter
from tests.benchmarks.samples import RESULTS, Mark, report

_MESSAGES = 150
_EACH_SECOND = 8
_SAMPLES_EACH_SECOND = 100
_DRAIN_SECONDS = 200
FLAMES = RESULTS / "worker-cpu.svg"
# The first part that names a frame, seen from the innermost one, has done the work.
PARTS = (
    ("rubric and suggestions", ("knowledge/",)),
    ("response cache", ("conversations/cache/",)),
    ("events to whoever watches", ("conversations/events/",)),
    ("model call, ours", ("conversations/llm/", "http/client.py")),
    ("model call, the SDK", ("anthropic/", "httpx2/")),
    ("composing and running SQL", ("django/db/", "psycopg", "conversations/sql.py")),
    ("hints: receiving, confirming, sending", ("celery/", "kombu/", "amqp/", "conversations/dispatch.py")),
    ("metrics", ("prometheus_client/", "profiling/", "metrics.py")),
    ("pipeline", ("conversations/",)),
)  # fmt: skip


def main() -> None:
    """Measure a worker that streams."""
    with product_stack(profile="seed", processes=1, threads=100) as stack:
        _stream(stack, 20)
        meter = Meter(stack, worker_processes=1)
        meter.start()
        _stream(stack, _MESSAGES)
        cpu = meter.stop().cpu_ms_per(_MESSAGES)
        shares = _by_part(_sampled(stack))
    parts = {name: round(cpu["workers"] * share, 2) for name, share in shares.items()}
    for name, ms in cpu.items():
        print(f"process  {name:<44} {ms:>7.2f} ms of CPU per streamed message")
    for name, ms in parts.items():
        print(f"worker   {name:<44} {ms:>7.2f} ms")
    report(
        "job_cpu",
        {"cpu_ms_per_message": cpu, "worker_parts_ms": parts},
        [Mark("CPU of a worker per streamed call", cpu["workers"], 30)],
    )


def _stream(stack: RunningStack, count: int) -> None:
    Clients(stack, count=8, each_second=_EACH_SECOND).send(sessions_of(stack, count))
    wait_until_drained(stack, seconds=_DRAIN_SECONDS)


def _sampled(stack: RunningStack) -> dict[str, int]:
    """Stream once more under the sampler; give how often each stack of frames held the interpreter."""
    sampler = Path(sys.executable).with_name("py-spy")
    FLAMES.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        outputs = {"raw": raw, "flamegraph": FLAMES}
        samplers = [
            subprocess.Popen(
                [sampler, "record", "--gil", "--nonblocking", "--rate", str(_SAMPLES_EACH_SECOND),
                 "--format", form, "--output", output, "--pid", str(stack.pid_of("worker-1"))],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for form, output in outputs.items()
        ]  # fmt: skip
        _stream(stack, _MESSAGES)
        for one in samplers:
            one.send_signal(2)
            one.wait(60)
        counted = (line.rsplit(" ", 1) for line in raw.read_text().splitlines())
        return {frames: int(count) for frames, count in counted}


def _by_part(sampled: dict[str, int]) -> dict[str, float]:
    spent: Counter[str] = Counter()
    for frames, count in sampled.items():
        spent[_part(frames.split(";"))] += count
    return {name: count / spent.total() for name, count in spent.most_common()}


def _part(frames: list[str]) -> str:
    for frame in reversed(frames):
        for name, marks in PARTS:
            if any(mark in frame for mark in marks):
                return name
    return "the rest"


if __name__ == "__main__":
    main()
