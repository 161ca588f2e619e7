"""Write what the benchmarks measured where people read it: the README's table, and docs/performance/capacity.

`make capacity` runs the benchmarks and this. No figure in those places is typed by hand. `--keep-as before`
only keeps the results, to be shown beside those of a later run.
"""

import json
import platform
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.bench_job_cpu import FLAMES
from tests.benchmarks.samples import RESULTS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "performance" / "capacity"
COMMAND = "make capacity"
NAMES = ("service", "throughput", "capacity", "job_cpu")
BEGIN, END = "<!-- capacity -->", "<!-- /capacity -->"
Json = dict[str, Any]


def main() -> None:
    """Keep the newest results, and write both pages unless they are to be compared with later ones."""
    label = sys.argv[sys.argv.index("--keep-as") + 1] if "--keep-as" in sys.argv else "after"
    found = {name: RESULTS / f"{name}.json" for name in NAMES}
    results = {name: json.loads(path.read_text()) for name, path in found.items() if path.exists()}
    kept = {"machine": _machine(), "results": results}
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{label}.json").write_text(json.dumps(kept, indent=1) + "\n")
    if FLAMES.exists():
        # The sampler writes its own command above the flames, and with it where it is installed.
        flames = re.sub(r"/\S*/py-spy", "py-spy", FLAMES.read_text())
        (FOLDER / f"worker-cpu-{label}.svg").write_text(flames)
    if label == "after":
        before = FOLDER / "before.json"
        (FOLDER / "README.md").write_text(
            page(kept, json.loads(before.read_text()) if before.exists() else None)
        )
        readme = ROOT / "README.md"
        readme.write_text(filled(readme.read_text(), short_page(kept)))


def filled(text: str, content: str) -> str:
    """Put content between the markers; the first run finds only the opening one."""
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2] if END in rest else rest
    return f"{head}{BEGIN}\n{content}\n{END}{tail}"


def short_page(kept: Json) -> str:
    """Give the README's part: the table, and a sentence for each thing measured besides."""
    lines = [
        f"Measured by `{COMMAND}` on {_named(kept['machine'])}, which ran simulator and clients, too.",
        _company_sentence(kept),
        "",
        *_loads(kept["results"]["capacity"]),
        "",
        *_sentences(kept["results"]),
        "Where the CPU goes: [docs/performance/capacity](docs/performance/capacity/README.md).",
    ]
    return "\n".join(lines)


def page(kept: Json, before: Json | None) -> str:
    """Give the whole report."""
    results = kept["results"]
    lines = [
        "# Capacity",
        "",
        f"Written by `{COMMAND}` on {_named(kept['machine'])}; nothing here is typed by hand.",
        _company_sentence(kept),
        "",
        *_loads(results["capacity"]),
        "",
        *_sentences(results),
        "",
        "## Marks",
        "",
        *_table(("mark", "measured", "at most", ""), _marks(results)),
        "",
        "## CPU of a message, in milliseconds",
        "",
        *_compared("by process, streamed", "cpu_ms_per_message", "job_cpu", kept, before),
        "",
        *_compared("by part of a worker, streamed", "worker_parts_ms", "job_cpu", kept, before),
        "",
        *_compared("by process, instant model", "cpu_ms_per_message", "throughput", kept, before),
        "",
        "Parts are dealt out by who held the interpreter.",
        *(
            f"![Who held it, {run.stem.rpartition('-')[2]}]({run.name})"
            for run in sorted(FOLDER.glob("*.svg"))
        ),
        "",
        _calibration_sentence(kept, before),
    ]
    return "\n".join(lines) + "\n"


def _company_sentence(kept: Json) -> str:
    """Say how busy the machine was with other things: what it holds by itself is more by as much."""
    most = max(row["others_cores"] for row in kept["results"]["capacity"]["loads"])
    return (
        f"Everything else on it, the clients included, kept up to {most:.1f} of its cores busy meanwhile;"
        " a machine of one's own holds more by as much."
    )


def _sentences(results: Json) -> list[str]:
    """Say what was measured besides the loads; a run that was cut short has less to say."""
    burst = results["capacity"].get("burst")
    return [
        *([_throughput_sentence(results["throughput"])] if "throughput" in results else []),
        _burst_sentence(burst)
        if burst
        else "The run was cut short: the rest of the curve and the burst are missing.",
    ]


def _loads(capacity: Json) -> list[str]:
    head = (
        "worker processes", "calls in flight", "messages/s", "call p50", "overhead p50", "overhead p95",
        "worker CPU per call", "memory per slot", "worker idle", "others' cores",
    )  # fmt: skip
    return _table(
        head,
        (
            (
                f"{row['processes']:.0f}", f"{row['in_flight']:.0f}", f"{row['each_second']:.1f}",
                f"{row['call_p50_ms'] / 1000:.1f} s", f"{row['overhead_p50_ms']:.0f} ms",
                f"{row['overhead_p95_ms']:.0f} ms", f"{row['workers_cpu_ms']:.1f} ms",
                f"{row['mib_per_slot']:.2f} MiB", f"{row['worker_idle_mib']:.0f} MiB",
                f"{row['others_cores']:.1f}",
            )
            for row in capacity["loads"]
        ),
    )  # fmt: skip


def _throughput_sentence(result: Json) -> str:
    return (
        f"With an instant model {result['each_second']:.0f} messages/s were accepted, answered and saved, for"
        f" {result['cpu_ms_per_message']['all']:.1f} ms of CPU each in all processes together;"
        f" other work took {result['others_cores']:.1f} cores meanwhile."
    )


def _burst_sentence(burst: Json) -> str:
    return (
        f"A burst of {burst['messages']:.0f} messages was accepted at {burst['accepted_each_second']:.0f}/s;"
        f" {burst['succeeded']:.0f} were answered within {burst['drained_seconds']:.0f} s, with"
        f" {burst['in_flight']:.0f} calls in flight at most and {burst['out_of_order']:.0f} out of order."
    )


def _marks(results: Json) -> Iterable[Sequence[str]]:
    for result in results.values():
        for mark in result["marks"]:
            verdict = "holds" if mark["holds"] else "**missed**"
            yield mark["name"], f"{mark['value']:.2f} {mark['unit']}", f"{mark['most']:g}", verdict


def _compared(title: str, figures: str, name: str, kept: Json, before: Json | None) -> list[str]:
    """Show both runs side by side, and the sums of what is shown."""
    now = kept["results"].get(name, {}).get(figures, {})
    then = before["results"].get(name, {}).get(figures, {}) if before else {}
    names = [one for one in now if one != "all"]
    if not names:
        return []
    rows = [(one, *(_shown(run.get(one)) for run in (then, now))) for one in names]
    sums = [sum(run[one] for one in names if one in run) or None for run in (then, now)]
    return _table((title, "before", "after"), [*rows, ("together", *(_shown(one) for one in sums))])


def _shown(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.1f}"


def _calibration_sentence(kept: Json, before: Json | None) -> str:
    now = kept["results"]["job_cpu"]["machine"]["loop_ms"]
    then = before["results"]["job_cpu"]["machine"]["loop_ms"] if before else None
    compared = f", and {then:.1f} ms before" if then else ""
    return (
        "A shared machine's milliseconds are not all alike: the same loop of a hundred thousand steps took"
        f" {now:.1f} ms of CPU beside these runs{compared}."
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def _machine() -> Json:
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": names[0].partition(":")[2].strip() if names else platform.machine(),
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 1024**3),
        "python": platform.python_version(),
        "measured": datetime.now(UTC).date().isoformat(),
    }


def _named(machine: Json) -> str:
    return (
        f"{machine['cores']} cores ({machine['processor']}, {machine['memory_gib']} GiB,"
        f" Python {machine['python']}, {machine['measured']})"
    )


if __name__ == "__main__":
    main()
