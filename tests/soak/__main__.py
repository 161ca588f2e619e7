"""Run the fault suite: `python -m tests.soak --messages 10000`; exits 1 when anything did not hold."""

import argparse
from pathlib import Path

from tests.soak.faults import FAULTS, OUTAGES
from tests.soak.report import report_of
from tests.soak.run import Options, run

_REPORT = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"


def main() -> int:
    """Run, print the report, and write it where asked."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=40, help="who talk at once")
    parser.add_argument("--rounds", type=int, default=2, help="how often each fault comes")
    parser.add_argument("--seed", type=int, default=20_251_003)
    parser.add_argument("--faults", nargs="*", metavar="NAME", help="only these; default: all")
    parser.add_argument("--no-outages", action="store_true", help="leave out the two long ones")
    parser.add_argument("--write", action="store_true", help=f"write docs/{_REPORT.name}")
    given = parser.parse_args()
    known = FAULTS | ({} if given.no_outages else OUTAGES)
    chosen = tuple(known if given.faults is None else given.faults)
    if strangers := set(chosen) - set(FAULTS | OUTAGES):
        parser.error(
            f"no such fault: {', '.join(sorted(strangers))}; there are {', '.join(FAULTS | OUTAGES)}"
        )
    outcome = run(Options(given.messages, given.people, given.rounds, given.seed, chosen))
    report = report_of(outcome)
    print(report)
    if given.write:
        _REPORT.write_text(report)
    return 0 if outcome.is_good else 1


if __name__ == "__main__":
    raise SystemExit(main())
