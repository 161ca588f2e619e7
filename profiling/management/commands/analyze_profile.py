"""`manage.py analyze_profile FILE`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from profiling.analysis.analysis import Analysis
from profiling.analysis.tables import ms, whole
from profiling.errors import ProfilingError
from profiling.files import load_results, write_analysis


class Command(BaseCommand):
    """Analyses a results file of this suite, or of the first system."""

    help = "Write BOTTLENECK_ANALYSIS.md, OPTIMIZATION_ROADMAP.md and charts from a results file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and where to write."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--out", metavar="DIR", type=Path, help="default: here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Analyse, write, and say what matters."""
        path: Path = options["file"]
        try:
            analysis = write_analysis(
                load_results(path), options["out"] or Path.cwd(), source=f"`{path.name}`"
            )
        except ProfilingError as error:
            raise CommandError(str(error)) from error
        self._show(analysis)
        self.stdout.write(f"written to {options['out'] or Path.cwd()}")

    def _show(self, analysis: Analysis) -> None:
        results = analysis.results
        self.stdout.write(f"{whole(results.total_ms)} ms in all, {results.messages} messages")
        for place, one in enumerate(analysis.ranking, start=1):
            self.stdout.write(f"{place}. {one.name}: {ms(one.mean_ms)} per message")
        for what in sorted(analysis.resting):
            self.stdout.write(f"percentiles rest on {what}")
        for target in analysis.targets:
            self.stdout.write(f"{target.verdict:<8} {target.name}: {target.measured} ({target.wanted})")
        if analysis.differences:
            document = analysis.differences[0].claim.document
            self.stdout.write(f"{document} differs from its own data in {len(analysis.differences)} places")
