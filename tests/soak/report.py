"""The report of a run, in Markdown; every figure comes from the run."""

import os
import platform
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from tests.acceptance.stack import LEASE_SECONDS, RECOVERY_SECONDS
from tests.soak.faults import OUTAGES
from tests.soak.records import Lived, Sent
from tests.soak.run import Outcome

_LEAST_FOR_A_PERCENTILE = 20


def report_of(outcome: Outcome) -> str:
    """Say what was sent, what broke, and what held."""
    return "\n".join(
        [
            *_head(outcome),
            *_counts(outcome),
            *_ends(outcome.sent),
            *_faults(outcome.lived),
            *_outages(outcome),
            *_not_held(outcome),
        ]
    )


def _head(outcome: Outcome) -> list[str]:
    options = outcome.options
    size = f"--messages {options.messages} --people {options.people} --rounds {options.rounds}"
    command = f'make soak ARGS="{size} --seed {options.seed} --write"'
    words = (
        f"Written by `{command}` on {os.cpu_count()} cores,",
        f"{platform.machine()}, Python {platform.python_version()}; nothing below is typed by hand.",
        "",
        f"{options.people} people talked at once, through a stack of one web process, two workers and beat,",
        f"while {len(outcome.lived)} faults came one after another. A lease lasts {LEASE_SECONDS} s; the",
        f"promise is recovery within lease + 15 = {RECOVERY_SECONDS} s. After each fault the database was",
        "asked for what must never be; in the end every client was asked, too.",
    )
    return ["# Reliability under fire", "", *words, ""]


def _counts(outcome: Outcome) -> list[str]:
    found = _all_found(outcome)
    before, after = outcome.before, outcome.after
    recovery = max((one.recovery_seconds for one in outcome.lived), default=0)

    def count(*words: str) -> int:
        return sum(any(word in what for word in words) for what in found)

    rows = {
        "messages accepted": len(outcome.sent),
        "lost": outcome.lost,
        "answered twice": count("more than one reply", "two keys", "two jobs"),
        "out of order": count("before an earlier one"),
        "streams that told something else than the reply": count("streamed text", "terminal events"),
        "messages watched as a stream": sum(one.streamed for one in outcome.sent),
        "everything that did not hold": len(found),
        "seconds": round(outcome.seconds),
        "longest recovery (s)": _seconds(recovery),
        "connections to the database, before and after": f"{before.database} → {after.database}",
        "connections to the broker, before and after": f"{before.broker} → {after.broker}",
        "accepted within, median and p95 (ms)": _accepted(outcome.sent),
    }
    return ["| what | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items()), ""]


def _all_found(outcome: Outcome) -> list[str]:
    in_faults = [f"{one.fault}: {what}" for one in outcome.lived for what in one.violations]
    return [*outcome.violations, *in_faults]


def _ends(sent: Sequence[Sent]) -> list[str]:
    ends = Counter(_end_of(one) for one in sent)
    return [
        "## How the messages ended",
        "",
        "| end | messages |",
        "|---|---|",
        *(f"| {end} | {number} |" for end, number in ends.most_common()),
        "",
    ]


def _end_of(sent: Sent) -> str:
    if sent.document is None:
        return "none"
    error = sent.document.get("error")
    return f"{sent.document['status']} ({error['code']})" if error else str(sent.document["status"])


def _faults(lived: Sequence[Lived]) -> list[str]:
    by_name: dict[str, list[Lived]] = defaultdict(list)
    for one in lived:
        by_name[one.fault].append(one)
    rows = [
        f"| {name} | {len(times)} | {_seconds(max(one.recovery_seconds for one in times))} "
        f"| {sum(len(one.violations) for one in times)} | {_notes(times)} |"
        for name, times in by_name.items()
    ]
    head = ["| fault | times | longest recovery (s) | did not hold | note |", "|---|---|---|---|---|"]
    return ["## What was broken", "", *head, *rows, ""]


def _outages(outcome: Outcome) -> list[str]:
    lived = [one for one in outcome.lived if one.fault in OUTAGES]
    if not lived:
        return []
    rows = [f"| {one.fault} | {_meanwhile(one, outcome.sent)} |" for one in lived]
    head = ["| outage | accepted meanwhile | replies meanwhile | accepted within (ms) |", "|---|---|---|---|"]
    return ["## While a server was away", "", *head, *rows, ""]


def _meanwhile(lived: Lived, sent: Sequence[Sent]) -> str:
    accepted = [one for one in sent if lived.began <= one.accepted_at <= lived.healed]
    answered = sum(lived.began <= one.ended_at <= lived.healed for one in sent)
    return f"{len(accepted)} | {answered} | {_accepted(accepted)}"


def _not_held(outcome: Outcome) -> list[str]:
    found = [
        *outcome.violations,
        *(f"{one.fault}: {what}" for one in outcome.lived for what in one.violations),
    ]
    statuses = ", ".join(f"{status}: {times}" for status, times in sorted(outcome.statuses.items()))
    said = ["Nothing."] if not found else [f"- {what}" for what in found[:50]]
    return ["## What did not hold", "", *said, "", f"Answers of the server by HTTP status: {statuses}.", ""]


def _accepted(sent: Iterable[Sent]) -> str:
    times = sorted(one.accepted_ms for one in sent if one.accepted_ms)
    if len(times) < _LEAST_FOR_A_PERCENTILE:
        return f"too few ({len(times)})"
    return f"{times[len(times) // 2]:.0f}, {times[int(len(times) * 0.95)]:.0f}"


def _notes(times: Sequence[Lived]) -> str:
    return "; ".join(sorted({one.note for one in times if one.note}))


def _seconds(value: float) -> str:
    return f"{value:.1f}"
