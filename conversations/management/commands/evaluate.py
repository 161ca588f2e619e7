"""Hold the recorded conversations and say whether the coach has become worse."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from conversations.errors import PromptRefusedError
from conversations.evaluation.cases import GOLDEN, Case, GoldenSetError, golden_set
from conversations.evaluation.coach import SimulatedCoach
from conversations.evaluation.judge import DocumentRequest, judge_with
from conversations.evaluation.run import Judge, Outcome, Report, evaluate
from conversations.llm.anthropic import AnthropicClaude
from conversations.llm.client import Claude
from conversations.llm.pricing import PriceTable
from conversations.llm.wire_request import for_document
from conversations.models import PromptVersion
from conversations.prompt.wording import Wording, WordingError, parse_wording
from conversations.services.prompts import record_evaluation, version_named

_JUDGE_TOKENS: Final = 1_000
_LEAST_VERDICT: Final = 3.5
_AT_ONCE: Final = 8
_BY_THE_JUDGE: Final = "the judge"


class Command(BaseCommand):
    """Runs the golden set against the configured API, or in this process where none is configured."""

    help = "Hold the recorded conversations of the golden set; exits 1 on a regression."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to run, against what, and how strictly."""
        parser.add_argument("names", nargs="*", help="only conversations whose names contain one of these")
        parser.add_argument("--from", type=Path, default=GOLDEN, dest="folder", help="other conversations")
        parser.add_argument(
            "--in-process", action="store_true", help="ask the simulator's coach without a network"
        )
        parser.add_argument(
            "--wording",
            default="",
            metavar="VERSION",
            help="a stored prompt instead of the shipped one: candidate, production, or (the beginning of) a "
            "version; with the whole set the outcome is kept, and one that failed cannot be published",
        )
        parser.add_argument("--model", default="", help="instead of CLAUDE_MODEL")
        parser.add_argument(
            "--at-least",
            type=float,
            default=1.0,
            help="the share that must pass; what is forbidden blocks anyway",
        )
        parser.add_argument("--judge", action="store_true", help="let the model judge each, too, by a rubric")
        parser.add_argument(
            "--judge-at-least", type=float, default=_LEAST_VERDICT, help="the least mean, 1–5"
        )
        parser.add_argument("--at-once", type=int, default=_AT_ONCE, help="conversations held at once")
        parser.add_argument("--out", type=Path, help="write everything here as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Hold them, print what went wrong, and exit 1 on a regression."""
        cases = _chosen(options["folder"], options["names"])
        near = options["in_process"] or not (settings.ANTHROPIC_API_KEY or settings.ANTHROPIC_BASE_URL)
        if near and options["judge"]:
            raise CommandError("The judge is a model; configure ANTHROPIC_API_KEY to use one.")
        live = AnthropicClaude(
            base_url=settings.ANTHROPIC_BASE_URL,
            api_key=settings.ANTHROPIC_API_KEY,
            timeout=settings.CLAUDE_TIMEOUT,
            prices=PriceTable(),
        )
        claude: Claude = SimulatedCoach() if near else live
        version, wording = _wording(options["wording"])
        where = "the simulator's coach in this process" if near else f"the API ({settings.CLAUDE_MODE})"
        words = f", in the words of {version}" if version else ""
        self.stdout.write(f"{len(cases)} conversations with {where}{words}")
        report = evaluate(
            cases,
            claude,
            wording=wording,
            model=options["model"],
            judge=_judge(live, options["model"]) if options["judge"] else None,
            at_once=1 if near else max(1, options["at_once"]),
            on_outcome=self._tell,
        )
        self._summary(report)
        if options["out"]:
            options["out"].write_bytes(orjson.dumps(report.as_json(), option=orjson.OPT_INDENT_2))
        holds = report.holds(at_least=options["at_least"], least_verdict=options["judge_at_least"])
        wrong = () if holds else report.went_wrong
        if version is not None and not options["names"]:
            record_evaluation(version, went_wrong=wrong or ((_BY_THE_JUDGE,) if not holds else ()))
        if not holds:
            named = f" in {', '.join(wrong)}" if wrong else f", says {_BY_THE_JUDGE}"
            raise CommandError(f"The coach has become worse{named}.", returncode=1)

    def _tell(self, outcome: Outcome) -> None:
        mark = "ok  " if outcome.passed else "MISS"
        verdict = f"  judged {outcome.verdict.mean:.1f}" if outcome.verdict else ""
        self.stdout.write(f"{mark} {outcome.name} ({outcome.turns} messages){verdict}")
        for miss in outcome.misses:
            kind = "forbidden" if miss.forbidden else "expected"
            self.stdout.write(f"       {kind} {miss.rule}: {miss.says}")

    def _summary(self, report: Report) -> None:
        said = report.as_json()
        passed = sum(one.passed for one in report.outcomes)
        self.stdout.write(
            f"{passed} of {said['conversations']} as they should be, {said['messages']} messages, "
            f"{report.forbidden} forbidden behaviours; {said['input_tokens']:,} tokens in, "
            f"{said['output_tokens']:,} out, ${said['cost_usd']}"
        )
        if report.mean_verdict is not None:
            self.stdout.write(f"the judge gives {report.mean_verdict:.2f} of 5")
        for rule, times in report.by_rule().items():
            self.stdout.write(f"  {times} × {rule}")


def _chosen(folder: Path, names: list[str]) -> tuple[Case, ...]:
    try:
        known = golden_set(folder)
    except GoldenSetError as error:
        raise CommandError(str(error)) from error
    cases = tuple(one for one in known if not names or any(name in one.name for name in names))
    if not cases:
        raise CommandError("No conversation has such a name.")
    return cases


def _wording(name: str) -> tuple[PromptVersion | None, Wording | None]:
    """Give a stored version and its words; neither when the shipped ones are to be held."""
    if not name:
        return None, None
    try:
        version = version_named(name)
        return version, parse_wording(version.templates)
    except PromptRefusedError as error:
        raise CommandError(error.message) from error
    except WordingError as error:
        raise CommandError(f"Version {version} cannot be used any more: {error}") from error
    except OperationalError as error:
        raise CommandError("Prompt versions are in the database, which does not answer.") from error


def _judge(claude: AnthropicClaude, model: str) -> Judge:
    def ask(request: DocumentRequest) -> Mapping[str, object]:
        body = for_document(
            model=model or settings.CLAUDE_MODEL,
            system=request.system,
            text=request.text,
            schema=request.schema,
            max_tokens=_JUDGE_TOKENS,
        )
        return claude.document(body)

    return judge_with(ask)
