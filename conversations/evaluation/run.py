"""Hold the recorded conversations again and report what has changed for the worse."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace

from conversations.errors import ConversationError
from conversations.evaluation.cases import Case
from conversations.evaluation.checks import Miss, misses
from conversations.evaluation.judge import Verdict
from conversations.evaluation.talk import Exchange, Talk, new_session
from conversations.llm.client import Claude
from conversations.prompt.wording import Wording

Judge = Callable[[Case, Sequence[Exchange]], Verdict]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One conversation, what was wrong with it, and what it used."""

    name: str
    turns: int
    misses: tuple[Miss, ...]
    input_tokens: int
    output_tokens: int
    cost_usd: float
    verdict: Verdict | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing was wrong."""
        return not self.misses


@dataclass(frozen=True, slots=True)
class Report:
    """Every conversation's outcome."""

    outcomes: tuple[Outcome, ...]

    @property
    def share(self) -> float:
        """The share of conversations with nothing wrong."""
        return sum(one.passed for one in self.outcomes) / len(self.outcomes) if self.outcomes else 0.0

    @property
    def went_wrong(self) -> tuple[str, ...]:
        """The names of the conversations with something wrong."""
        return tuple(one.name for one in self.outcomes if not one.passed)

    @property
    def forbidden(self) -> int:
        """How many things happened that must never happen."""
        return sum(miss.forbidden for one in self.outcomes for miss in one.misses)

    @property
    def mean_verdict(self) -> float | None:
        """The judge's mean mark, if there was a judge."""
        marks = [one.verdict.mean for one in self.outcomes if one.verdict]
        return sum(marks) / len(marks) if marks else None

    def holds(self, *, at_least: float = 1.0, least_verdict: float = 0.0) -> bool:
        """Say whether the set is unharmed: what is forbidden blocks however high the share is."""
        mean = self.mean_verdict
        judged = mean is None or mean >= least_verdict
        return bool(self.outcomes) and not self.forbidden and self.share >= at_least and judged

    def by_rule(self) -> dict[str, int]:
        """Count what went wrong by rule, most frequent first."""
        return dict(Counter(miss.rule for one in self.outcomes for miss in one.misses).most_common())

    def as_json(self) -> dict[str, object]:
        """Give everything as plain data."""
        return {
            "conversations": len(self.outcomes),
            "messages": sum(one.turns for one in self.outcomes),
            "share": round(self.share, 4),
            "forbidden": self.forbidden,
            "by_rule": self.by_rule(),
            "judge": self.mean_verdict,
            "input_tokens": sum(one.input_tokens for one in self.outcomes),
            "output_tokens": sum(one.output_tokens for one in self.outcomes),
            "cost_usd": round(sum(one.cost_usd for one in self.outcomes), 6),
            "outcomes": [asdict(one) for one in self.outcomes],
        }


def evaluate(
    cases: Sequence[Case],
    claude: Claude,
    *,
    wording: Wording | None = None,
    model: str = "",
    judge: Judge | None = None,
    at_once: int = 1,
    on_outcome: Callable[[Outcome], None] = lambda _outcome: None,
) -> Report:
    """Hold every conversation, several at once where the model is far away, and judge each."""

    def one(case: Case) -> Outcome:
        outcome = _held(case, Talk(claude, new_session(case.context), model=model, wording=wording), judge)
        on_outcome(outcome)
        return outcome

    if at_once == 1:
        return Report(tuple(map(one, cases)))
    with ThreadPoolExecutor(max_workers=at_once) as threads:
        return Report(tuple(threads.map(one, cases)))


def _held(case: Case, talk: Talk, judge: Judge | None) -> Outcome:
    failure = _say_all(case, talk)
    done = talk.exchanges
    usages = [one.completion.usage for one in done]
    wrong = misses(replace(case, turns=case.turns[: len(done)]), done) if done else ()
    return Outcome(
        name=case.name,
        turns=len(done),
        misses=wrong if failure is None else (*wrong, failure),
        input_tokens=sum(one.prompt_tokens for one in usages),
        output_tokens=sum(one.output_tokens for one in usages),
        cost_usd=float(sum(one.cost_usd for one in usages)),
        verdict=judge(case, done) if judge and failure is None else None,
    )


def _say_all(case: Case, talk: Talk) -> Miss | None:
    for number, turn in enumerate(case.turns, 1):
        try:
            talk.say(turn.user)
        except ConversationError as error:
            return Miss("answers", f"turn {number}: no answer, {error.code}")
    return None
