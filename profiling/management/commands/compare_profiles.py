"""`manage.py compare_profiles BEFORE AFTER`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from profiling.analysis.compare import compare
from profiling.analysis.performance_report import performance_report
from profiling.errors import ProfilingError
from profiling.files import load_results, write_text


class Command(BaseCommand):
    """Compares two runs, and fails when the second is too much worse."""

    help = "Write PERFORMANCE_REPORT.md; exit 1 on a regression beyond --max-regression."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take both files, the limit, and where to write."""
        parser.add_argument("before", metavar="BEFORE", type=Path)
        parser.add_argument("after", metavar="AFTER", type=Path)
        parser.add_argument(
            "--max-regression",
            metavar="PERCENT",
            type=_percent,
            default=0.10,
            help="how much slower the average message may become: 10, or 10%% (the default)",
        )
        parser.add_argument("--out", metavar="DIR", type=Path, help="default: here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, write, and fail on a regression."""
        most: float = options["max_regression"]
        out = options["out"] or Path.cwd()
        try:
            comparison = compare(load_results(options["before"]), load_results(options["after"]))
            names = {which: f"`{options[which].name}`" for which in ("before", "after")}
            text = performance_report(comparison, **names, max_regression=most)
            write_text(out / "PERFORMANCE_REPORT.md", text)
        except ProfilingError as error:
            raise CommandError(str(error), returncode=2) from error
        total = comparison.total
        self.stdout.write(
            f"average {total.before:,.1f} ms → {total.after:,.1f} ms, {total.relative.value:+.1%} "
            f"(95 % interval {total.relative.low:+.1%} … {total.relative.high:+.1%}, {total.pairs} pairs)"
        )
        self.stdout.write(f"written to {out / 'PERFORMANCE_REPORT.md'}")
        found = comparison.regressions(most)
        if found:
            raise CommandError("Regression: " + "; ".join(found) + ".", returncode=1)


def _percent(text: str) -> float:
    value = float(text.strip().removesuffix("%"))
    if value < 0:
        raise ValueError
    return value / 100
