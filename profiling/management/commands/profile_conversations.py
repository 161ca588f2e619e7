"""`manage.py profile_conversations`."""

import os
import shlex
import sys
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from profiling.analysis.tables import ms
from profiling.errors import ProfilingError
from profiling.files import load_results, write_analysis
from profiling.suite.client import Client
from profiling.suite.keeping import ResultsFile
from profiling.suite.progress import Progress
from profiling.suite.runner import CacheMode, Measured, Run
from profiling.suite.scenarios import choose, load_suite, rounds_of
from profiling.suite.stack import Processes, find_door, surroundings

_COULD_NOT_RUN, _INCOMPLETE = 2, 1


class Command(BaseCommand):
    """Holds the suite's conversations with the running stack, and reports where the time went."""

    help = "Hold eight scenarios (39 messages) with a running stack over REST and analyse the times."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the stack, what to say, how often, and where to write."""
        parser.add_argument("--base-url", metavar="URL", help="default: the stack of OKR_DATA_DIR")
        parser.add_argument("--scenarios", metavar="NAME", nargs="+", default=[], help="default: all eight")
        parser.add_argument("--repeat", metavar="N", type=_positive, default=1, help="hold the suite N times")
        parser.add_argument(
            "--messages", metavar="N", type=_positive,
            help="go on, or stop, at N messages in all; overrides --repeat",
        )  # fmt: skip
        parser.add_argument(
            "--cache", choices=[mode.value for mode in CacheMode], default=CacheMode.COLD.value,
            help="cold: every reply is made anew and kept (default); warm: the suite is first held once "
            "without measuring; off: nothing is read or kept",
        )  # fmt: skip
        parser.add_argument("--out", metavar="DIR", type=Path, help="default: profiling/ in the data folder")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and report; what was measured is kept whatever happens."""
        out: Path = options["out"] or settings.DATA_DIR / "profiling"
        began = datetime.now(UTC)
        path = out / f"profiling-results-{int(began.timestamp() * 1000)}.json"
        try:
            complete = self._run(path, began, options)
            analysis = write_analysis(load_results(path), out, source=f"`{path.name}`")
        except ProfilingError as error:
            kept = f" What was measured is in {path}." if path.exists() else ""
            raise CommandError(f"{error}{kept}", returncode=_COULD_NOT_RUN) from error
        average = analysis.average
        self.stdout.write(
            f"{analysis.results.messages} messages, {ms(average.value)} on average "
            f"(95 % interval {ms(average.low)} – {ms(average.high)}), "
            f"{ms(analysis.overhead_ms)} of it outside the Claude call"
        )
        for target in analysis.targets:
            self.stdout.write(f"{target.verdict:<8} {target.name}: {target.measured} ({target.wanted})")
        self.stdout.write(f"written to {path} and {out / 'BOTTLENECK_ANALYSIS.md'}")
        if not complete:
            raise CommandError(f"Not every message was answered; see {path}.", returncode=_INCOMPLETE)

    def _run(self, path: Path, began: datetime, options: dict[str, Any]) -> bool:
        """Hold every conversation, keeping the file up to date; tell whether all went well."""
        suite = load_suite()
        scripts = choose(suite, options["scenarios"])
        rounds = list(rounds_of(scripts, repeat=options["repeat"], messages=options["messages"]))
        door = find_door(
            settings.DATA_DIR, base_url=options["base_url"], api_key=os.environ.get("OKR_API_KEY")
        )
        client = Client(door.base_url, door.api_key)
        client.check()
        # Memory can be read only of the stack whose process ids lie in our own data folder.
        processes = Processes(None if options["base_url"] else settings.DATA_DIR)
        cache = CacheMode(options["cache"])
        if cache is CacheMode.WARM:
            self.stdout.write("Warming the cache: the suite is held once without measuring.")
            Run(client, processes, suite.context, cache, lambda _: None).warm_up(scripts)
        environment = surroundings(client.health(), processes, command=_command())
        environment["cache"] = cache.value
        progress = Progress(sys.stdout, sum(len(script.messages) for _, script in rounds))
        run = Run(client, processes, suite.context, cache, progress.on_message)
        measured, complete = Measured(), False
        file = ResultsFile(path, environment, at=began)
        try:
            for number, script in rounds:
                progress.on_scenario(run.hold(script, number, measured))
                file.keep(measured)
            complete = all(one.is_answered for one in measured.samples)
        except KeyboardInterrupt:
            self.stdout.write("Interrupted.")
        file.write(measured, complete=complete)
        return complete


def _command() -> str:
    """Give the command as typed, with the folder written to left out: it says nothing about the run."""
    words = ["manage.py", *sys.argv[1:]]
    if "--out" in words:
        place = words.index("--out")
        del words[place : place + 2]
    return shlex.join(words)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number above zero")
    return int(text)
