"""The suite's 39 messages held twice at the latency of the seed: the second time nothing is asked.

The first pass waits for the model, so its conversations run side by side; the second is timed alone. Writes
`var/bench/twice.json`.
"""

import statistics
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from profiling.suite.scenarios import Script, load_suite
from tests.acceptance.stack import running_stack
from tests.benchmarks.bench_service import KeptConnection, exchange
from tests.benchmarks.samples import Mark, report


@dataclass(frozen=True, slots=True)
class Heard:
    """One reply, how it came about, and how long it took from sending to seeing it."""

    reply: str
    status: str
    ms: float


def main() -> None:
    """Measure one stack with a model as slow as the seed's."""
    suite = load_suite()
    with (
        tempfile.TemporaryDirectory(prefix="okr-bench-") as folder,
        running_stack(Path(folder), SIMULATOR_PROFILE="seed", JOB_LEASE_SECONDS="30") as stack,
    ):

        def hold(script: Script) -> list[Heard]:
            return _hold(KeptConnection(stack.base_url, stack.key), script, suite.context)

        with ThreadPoolExecutor(len(suite.scripts)) as pool:
            first = [one for heard in pool.map(hold, suite.scripts) for one in heard]
        second = [one for script in suite.scripts for one in hold(script)]
    same = sum(one.reply == other.reply for one, other in zip(first, second, strict=True))
    hits = Counter(one.status for one in second)["hit"]
    before, after = _mean(first), _mean(second)
    figures: dict[str, object] = {
        "messages": len(second),
        "hits": hits,
        "identical_replies": same,
        "first_pass_mean_ms": round(before, 1),
        "second_pass_mean_ms": round(after, 1),
        "times_faster": round(before / after, 1),
    }
    print(figures)
    report(
        "twice",
        figures,
        [
            Mark("messages of the second pass that were no hit", len(second) - hits, 0, ""),
            Mark("replies of the second pass that differ", len(second) - same, 0, ""),
            Mark("second pass over first, in percent (1 is 100 times faster)", after / before * 100, 1, "%"),
            Mark("POST → reply visible of a hit, p50", statistics.median(one.ms for one in second), 30),
        ],
    )


def _hold(client: KeptConnection, script: Script, context: object) -> list[Heard]:
    session = client.call("POST", "/api/v1/sessions/", {"context": context})["id"]
    heard: list[Heard] = []
    for message in script.messages:
        one = exchange(client, session, message, cached=True)
        heard.append(Heard(one.job["reply"]["content"], one.job["cache"]["status"], one.visible_ms))
    return heard


def _mean(heard: Sequence[Heard]) -> float:
    return statistics.fmean(one.ms for one in heard)


if __name__ == "__main__":
    main()
