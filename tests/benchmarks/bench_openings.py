"""How many first messages the cache answers, to the letter and in other words, and whether rightly.

A thousand sessions of a seeded workload (`profiling/suite/openings.py`) against a real cache server, twice:
under the rules as shipped, and with other words allowed. The prompts are the pipeline's own, but for the
suggestions, which need a library. The generator knows what each opening means, so every hit is looked at, not
a sample. Starts a server of its own. Writes `var/bench/openings.json`.
"""

import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from tests.benchmarks import bench_cache

from conversations.cache.fingerprint import Asker  # isort: skip - bench_cache sets Django up
from conversations.cache.lookup import Question
from conversations.cache.policy import Policy, Traits
from conversations.cache.response import ResponseCache
from conversations.cache.server import CacheServer
from conversations.cache.store import Store
from conversations.llm.client import ModelRequest
from conversations.llm.scripted import ScriptedClaude
from conversations.pipeline.advance import standing_before
from conversations.pipeline.assess import assess_draft, detect_antipatterns
from conversations.pipeline.load import Conversation, SessionFacts, rubric_context
from conversations.pipeline.prompt import prompt_for, strategy_for
from conversations.prompt.wording import shipped_wording
from conversations.values import Draft, Phase
from profiling.suite.openings import Opening, openings
from tests.benchmarks.samples import Mark, report

SESSIONS = 1000
SEED = 1
ORGANIZATION = uuid.UUID(int=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one opening, and for which intent its answer was made."""

    opening: Opening
    made_for: int
    is_hit: bool
    in_other_words: bool

    @property
    def is_false(self) -> bool:
        """Tell whether it got the answer to something else."""
        return self.made_for != self.opening.intent


def main() -> None:
    """Measure both, print the shares and write them."""
    said = openings(SESSIONS, seed=SEED)
    with bench_cache.own_server() as url:
        exact = _held(said, url, Policy())
        similar = _held(said, url, Policy(similar=True))
    figures = {"sessions": SESSIONS, "seed": SEED, "exact": _figures(exact), "similar": _figures(similar)}
    print("exact  ", figures["exact"])
    print("similar", figures["similar"])
    others = [one for one in similar if one.in_other_words]
    report(
        "openings",
        figures,
        [
            Mark("to the letter, share of openings that missed", 1 - _rate(exact), 0.6, ""),
            Mark("in other words too, share of openings that missed", 1 - _rate(similar), 0.4, ""),
            Mark("false hits to the letter", sum(one.is_false for one in exact), 0, ""),
            Mark("share of hits in other words that were false", _share_false(others), 0.005, ""),
        ],
    )


def _held(said: Sequence[Opening], url: str, policy: Policy) -> list[Outcome]:
    store = Store(CacheServer(url, patience=2.0), ttl=bench_cache.TTL, max_entries=bench_cache.ENTRIES)
    store.server.redis.flushdb()
    cache = ResponseCache(store, policy_for=lambda _: policy, library=lambda: 1)
    return [_asked(cache, opening) for opening in said]


def _asked(cache: ResponseCache, opening: Opening) -> Outcome:
    claude = ScriptedClaude()
    # The answer says for which intent it was made.
    claude.always_says(str(opening.intent))
    question = _question(opening)
    answered = cache.ask(cache.look_up(question), _Nobody(), lambda it: claude.answer(question.request, it))
    cache.keep(answered)
    verdict, reply = answered.verdict, answered.completion.answer.reply
    return Outcome(opening, int(reply), verdict.status == "hit", verdict.similarity is not None)


class _Nobody:
    """Nobody listens."""

    def on_text(self, text: str) -> None:
        """Let it pass."""

    def check(self) -> None:
        """Go on."""

    def start_over(self) -> None:
        """Let it pass."""


def _question(opening: Opening) -> Question:
    session = SessionFacts(
        session_id=uuid.uuid4(),
        user_id=uuid.UUID(int=2),
        title="",
        phase=Phase.DISCOVERY,
        context=rubric_context({"function": opening.team, "team_size": 10}),
        draft=Draft(),
        draft_version=0,
        approved_version=None,
        approved_texts=frozenset(),
        messages_since_progress=0,
    )
    conversation = Conversation(history=(), message=opening.text, user_messages=1)
    findings = detect_antipatterns(opening.text, session.phase, session.draft, session.context)
    seen = standing_before(session, assess_draft(session.draft, session.context))
    strategy = strategy_for(session, conversation, seen, findings)
    prompt = prompt_for(session, conversation, seen, strategy, findings, (), shipped_wording())
    return Question(
        request=ModelRequest(
            prompt=prompt,
            model="claude-sonnet-5-5",
            max_tokens=2048,
            deadline=time.monotonic() + 600,
            idle_timeout=timedelta(seconds=15),
        ),
        asker=Asker(ORGANIZATION, session.user_id, session.session_id),
        traits=Traits(organization_id=ORGANIZATION, phase=session.phase, opening=True),
    )


def _rate(found: Sequence[Outcome]) -> float:
    return sum(one.is_hit for one in found) / len(found)


def _share_false(found: Sequence[Outcome]) -> float:
    return sum(one.is_false for one in found) / (len(found) or 1)


def _figures(found: Sequence[Outcome]) -> dict[str, object]:
    ways = Counter(one.opening.way for one in found)
    hits = Counter(one.opening.way for one in found if one.is_hit)
    return {
        "hit_rate": round(_rate(found), 4),
        "in_other_words": sum(one.in_other_words for one in found),
        "false_hits": sum(one.is_false for one in found),
        "by_way": {way: f"{hits[way]}/{count}" for way, count in sorted(ways.items())},
    }


if __name__ == "__main__":
    main()
