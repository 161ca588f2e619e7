"""How many messages a second are accepted, answered by an instant model, and saved.

Every message is one of a session of its own, so that nothing waits for its turn. The processors are
shared by web, workers, servers, the simulator and the clients.
"""

from tests.benchmarks.load import (
    Clients,
    answered_since,
    now_of,
    product_stack,
    sessions_of,
    wait_until_drained,
)
from tests.benchmarks.meter import Meter
from tests.benchmarks.samples import Mark, Samples, report

_MESSAGES = 600
_WARM_UP = 100
_CLIENTS = 8
_PROCESSES, _THREADS = 2, 8
_DRAIN_SECONDS = 300


def main() -> None:
    """Measure one load, from the first message to the last reply in the database."""
    with product_stack(profile="instant", processes=_PROCESSES, threads=_THREADS) as stack:
        clients = Clients(stack, count=_CLIENTS)
        clients.send(sessions_of(stack, _WARM_UP))
        wait_until_drained(stack, seconds=_DRAIN_SECONDS)
        sessions = sessions_of(stack, _MESSAGES)
        began, meter = now_of(stack), Meter(stack, worker_processes=_PROCESSES)
        meter.start()
        posted = Samples(tuple(clients.send(sessions)))
        accepted = (now_of(stack) - began).total_seconds()
        wait_until_drained(stack, seconds=_DRAIN_SECONDS)
        used = meter.stop()
        jobs = answered_since(stack, began)
    succeeded = sum(job["status"] == "succeeded" for job in jobs)
    rate = round(len(jobs) / (max(job["finished"] for job in jobs) - jobs[0]["created"]), 1)
    cpu = used.cpu_ms_per(len(jobs))
    for name, ms in cpu.items():
        print(f"cpu    {name:<58} {ms:>10.2f} ms per message")
    print(f"rate   {'accepted, answered and saved':<58} {rate:>10.1f} each second")
    figures: dict[str, object] = {
        "messages": len(jobs),
        "each_second": rate,
        "accepted_each_second": round(len(jobs) / accepted, 1),
        "post": posted.as_json(),
        "cpu_ms_per_message": cpu,
        "others_cores": used.others_cores,
    }
    report(
        "throughput",
        figures,
        [
            Mark("time for one message at that rate", round(1000 / rate, 2), 10),
            Mark("messages without a reply", _MESSAGES - succeeded, 0, ""),
        ],
    )


if __name__ == "__main__":
    main()
