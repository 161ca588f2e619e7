"""How many streamed calls of the seed's length the machine holds, and what each costs in CPU and memory.

Messages arrive one by one at the rate that keeps so many calls in flight, for several call lengths; what
a job takes beside its call is overhead. Then a burst arrives at once, several turns to each session: all
of it must be accepted, and answered in order. `make capacity` writes the figures into the README.
"""

import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from tests.acceptance.stack import RunningStack
from tests.benchmarks.load import (
    Clients,
    answered_since,
    now_of,
    product_stack,
    sessions_of,
    wait_until_drained,
)
from tests.benchmarks.meter import Meter
from tests.benchmarks.samples import Mark, percentile, report

CALL_SECONDS = 4.6
_ROUNDS = 3
_LOADS = (50, 100, 200, 300)
_BURST_SESSIONS, _BURST_TURNS = 500, 4
_CLIENTS = 16
_DRAIN_SECONDS = 400
Row = dict[str, float]


def main() -> None:
    """Measure one process, then the curve and the burst on two; each result is kept as it comes."""
    rows: list[Row] = []
    with product_stack(profile="seed", processes=1, threads=200) as stack:
        _keep(rows, _steady(stack, processes=1, calls=100))
    with product_stack(profile="seed", processes=2, threads=200) as stack:
        for calls in _LOADS:
            _keep(rows, _steady(stack, processes=2, calls=calls))
        burst = _burst(stack)
    _told(burst)
    report("capacity", {"loads": rows, "burst": burst}, [*_load_marks(rows), *_burst_marks(burst)])


def _keep(rows: list[Row], row: Row) -> None:
    _told(row)
    rows.append(row)
    report("capacity", {"loads": rows}, _load_marks(rows))


def _told(row: Row) -> None:
    print("  ".join(f"{name}={value:g}" for name, value in row.items()), flush=True)


def _load_marks(rows: Sequence[Row]) -> list[Mark]:
    most = rows[-1]
    wanted = 100 if most["processes"] == 1 else 300
    return [
        Mark(f"{most['processes']:g} process(es): calls in flight short of {wanted}",
             max(wanted - most["in_flight"], 0), 0, ""),
        Mark("overhead of a job at that load, p95", most["overhead_p95_ms"], 1000),
        Mark("memory of a slot beyond its process", max(row["mib_per_slot"] for row in rows), 1, "MiB"),
        Mark("CPU of a worker per streamed call at that load", most["workers_cpu_ms"], 30),
    ]  # fmt: skip


def _burst_marks(burst: Row) -> list[Mark]:
    return [
        Mark("burst: messages without a reply", burst["messages"] - burst["succeeded"], 0, ""),
        Mark("burst: turns that did not wait for the one before", burst["out_of_order"], 0, ""),
    ]


def _steady(stack: RunningStack, *, processes: int, calls: int) -> Row:
    rate = calls / CALL_SECONDS
    sessions = sessions_of(stack, calls * _ROUNDS)
    _warm(stack, processes)
    began, meter = now_of(stack), Meter(stack, worker_processes=processes)
    meter.start()
    posted = Clients(stack, count=_CLIENTS, each_second=rate).send(sessions)
    wait_until_drained(stack, seconds=_DRAIN_SECONDS)
    used = meter.stop()
    jobs = answered_since(stack, began)
    beside = [(job["finished"] - job["created"] - job["called"]) * 1000 for job in jobs]
    most = _most_in_flight(jobs)
    cpu = used.cpu_ms_per(len(sessions))
    return {
        "processes": processes,
        "wanted": calls,
        "in_flight": most,
        "messages": len(jobs),
        "succeeded": sum(job["status"] == "succeeded" for job in jobs),
        "each_second": round(len(jobs) / (max(job["finished"] for job in jobs) - jobs[0]["created"]), 1),
        "call_p50_ms": round(statistics.median(job["called"] for job in jobs) * 1000),
        "overhead_p50_ms": round(statistics.median(beside)),
        "overhead_p95_ms": round(percentile(beside, 0.95)),
        "post_p95_ms": round(percentile(posted, 0.95)),
        "workers_cpu_ms": cpu["workers"],
        "stack_cpu_ms": round(cpu["all"] - cpu["simulator"], 2),
        "worker_idle_mib": round(used.idle_mib / processes, 1),
        "mib_per_slot": round(max(used.peak_mib - used.idle_mib, 0) / most, 3),
        "others_cores": used.others_cores,
    }


def _burst(stack: RunningStack) -> Row:
    sessions = sessions_of(stack, _BURST_SESSIONS) * _BURST_TURNS
    began = now_of(stack)
    meter = Meter(stack, worker_processes=2)
    meter.start()
    posted = Clients(stack, count=_CLIENTS).send(sessions)
    accepted = (now_of(stack) - began).total_seconds()
    wait_until_drained(stack, seconds=_DRAIN_SECONDS)
    used = meter.stop()
    jobs = answered_since(stack, began)
    return {
        "messages": len(sessions),
        "succeeded": sum(job["status"] == "succeeded" for job in jobs),
        "accepted_each_second": round(len(sessions) / accepted, 1),
        "post_p95_ms": round(percentile(posted, 0.95)),
        "drained_seconds": round(max(job["finished"] for job in jobs) - jobs[0]["created"], 1),
        "in_flight": _most_in_flight(jobs),
        "out_of_order": _out_of_order(jobs),
        "others_cores": used.others_cores,
    }


def _out_of_order(jobs: Sequence[dict[str, Any]]) -> int:
    """Count the turns that began before the one before them in their session had ended."""
    by_place = sorted(jobs, key=lambda job: (job["session_id"], job["turn"]))
    return sum(
        one["session_id"] == following["session_id"] and following["started"] < one["finished"]
        for one, following in pairwise(by_place)
    )


def _warm(stack: RunningStack, processes: int) -> None:
    """Have every worker answer something first: what it does once is no message's work."""
    Clients(stack, count=_CLIENTS).send(sessions_of(stack, 10 * processes))
    wait_until_drained(stack, seconds=_DRAIN_SECONDS)


def _most_in_flight(jobs: Sequence[dict[str, Any]]) -> int:
    edges = sorted([(job["started"], 1) for job in jobs] + [(job["finished"], -1) for job in jobs])
    most = now = 0
    for _, change in edges:
        now += change
        most = max(most, now)
    return most


if __name__ == "__main__":
    main()
