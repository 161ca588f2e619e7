"""The suite's conversations held in memory: the product's own prompts, billed as the simulator bills them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from importlib import import_module
from uuid import UUID

import orjson

from conversations.gates import Standing
from conversations.llm.answer_schema import parse_answer
from conversations.llm.client import ModelRequest
from conversations.llm.route import Route, RouteTraits
from conversations.llm.wire_request import streamed
from conversations.message_kind import kind_of
from conversations.models import RouteRule
from conversations.pipeline.advance import advance_phase, standing_before
from conversations.pipeline.assess import assess_draft, detect_antipatterns
from conversations.pipeline.load import Conversation, SessionFacts, rubric_context
from conversations.pipeline.prompt import prompt_for, strategy_for
from conversations.prompt.budget import section_tokens
from conversations.prompt.wording import Wording, shipped_wording
from conversations.routing import fits, route_of
from conversations.values import Draft, Phase, Prompt, Role, Turn
from knowledge.library.shipped import shipped_items
from knowledge.library.vectors import EMBEDDER
from knowledge.library.wording import wording_of
from knowledge.rubric import Finding
from knowledge.suggestions import Suggestion, SuggestionQuery
from knowledge.suggestions.index import Index, build_index
from knowledge.suggestions.rank import rank
from knowledge.suggestions.tuning import shipped_tuning
from knowledge.suggestions.vocabulary import shipped_vocabulary
from profiling.simulator.messages import MessagesRequest, parse_request
from profiling.simulator.models import MODELS
from profiling.simulator.replies import text_of
from profiling.simulator.usage import InputUsage, PromptCache
from profiling.suite.scenarios import load_suite

SECONDS_BETWEEN_MESSAGES = 5.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One message: where it stood, what its prompt held, and how the provider billed it."""

    conversation: str
    number: int
    phase: Phase
    model: str
    request: ModelRequest
    sections: dict[str, int]
    usage: InputUsage

    @property
    def input_tokens(self) -> int:
        """Count all the tokens that were sent, read from the cache or not."""
        usage = self.usage
        return usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens


@dataclass(frozen=True, slots=True)
class SuiteBill:
    """What the whole suite came to."""

    asked: tuple[Asked, ...]

    @property
    def input_tokens(self) -> int:
        """Count all the tokens that were sent."""
        return sum(one.input_tokens for one in self.asked)

    @property
    def cache_read_share(self) -> float:
        """Give the share of tokens read from the provider's cache, from each session's second message on."""
        later = [one for one in self.asked if one.number > 1]
        read = sum(one.usage.cache_read_input_tokens for one in later)
        return read / sum(one.input_tokens for one in later)


@dataclass
class Clock:
    """A clock that only moves when it is told to."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class SuiteTalk:
    """One session in memory."""

    session: SessionFacts
    wording: Wording
    route_for: Callable[[RouteTraits], Route]
    bill: Callable[[MessagesRequest], InputUsage]
    history: tuple[Turn, ...] = ()
    asked: list[Asked] = field(default_factory=list)

    def say(self, text: str, *, conversation: str) -> None:
        """Take one turn."""
        session = self.session
        number = sum(turn.role is Role.USER for turn in self.history) + 1
        spoken = Conversation(self.history, text, number)
        findings = detect_antipatterns(text, session.phase, session.draft, session.context)
        seen = standing_before(session, assess_draft(session.draft, session.context))
        strategy = strategy_for(session, spoken, seen, findings)
        offered = _suggested(session, text, seen, findings)
        prompt = prompt_for(session, spoken, seen, strategy, findings, offered, self.wording)
        route = self.route_for(RouteTraits(session.phase, strategy.name, kind_of(text)))
        asked = _asked(prompt, route)
        request = parse_request(orjson.dumps(streamed(asked)))
        answer = parse_answer(text_of(request))
        told = section_tokens(prompt)
        self.asked.append(
            Asked(conversation, number, session.phase, route.model, asked, told, self.bill(request))
        )
        progress = advance_phase(session, spoken, seen, answer)
        self.history += (Turn(Role.USER, text), Turn(Role.ASSISTANT, answer.reply))
        self.session = replace(
            session,
            phase=progress.decision.phase,
            draft=progress.standing.draft,
            draft_version=progress.standing.version,
            approved_version=progress.decision.approved_version,
            approved_texts=progress.decision.approved_texts,
            messages_since_progress=progress.decision.messages_since_progress,
        )


def shipped_route(traits: RouteTraits) -> Route:
    """Give the route that the shipped rules describe."""
    migration = import_module("conversations.migrations.0006_default_routes")
    rows = [RouteRule(**fields) for fields in migration.ROUTES]
    return next(route_of(row) for row in rows if fits(row, traits))


def held_suite(
    *, wording: Wording | None = None, route_for: Callable[[RouteTraits], Route] = shipped_route
) -> SuiteBill:
    """Hold the eight conversations, one after the other, each on a provider that knows nothing yet."""
    suite = load_suite()
    asked: list[Asked] = []
    for script in suite.scripts:
        clock = Clock()
        provider = PromptCache(clock)

        def bill(request: MessagesRequest, provider: PromptCache = provider) -> InputUsage:
            least = MODELS[request.model].cached_from
            return provider.bill(owner=request.model, blocks=request.blocks, least=least)

        talk = SuiteTalk(_new_session(dict(suite.context)), wording or shipped_wording(), route_for, bill)
        for message in script.messages:
            talk.say(message, conversation=script.name)
            clock.now += SECONDS_BETWEEN_MESSAGES
        asked += talk.asked
    return SuiteBill(tuple(asked))


def _new_session(context: dict[str, object]) -> SessionFacts:
    return SessionFacts(
        session_id=UUID(int=0),
        user_id=UUID(int=0),
        title="",
        phase=Phase.DISCOVERY,
        context=rubric_context(context),
        draft=Draft(),
        draft_version=0,
        approved_version=None,
        approved_texts=frozenset(),
        messages_since_progress=0,
    )


def _asked(prompt: Prompt, route: Route) -> ModelRequest:
    return ModelRequest(
        prompt=prompt,
        model=route.model,
        max_tokens=route.max_tokens,
        deadline=time.monotonic() + 60,
        idle_timeout=timedelta(seconds=15),
        effort=route.effort,
    )


def _suggested(
    session: SessionFacts, text: str, seen: Standing, findings: tuple[Finding, ...]
) -> tuple[Suggestion, ...]:
    assessed = seen.assessment.objective if seen.assessment else None
    of_draft = assessed.findings if assessed else ()
    query = SuggestionQuery(
        text=f"{seen.draft.objective or ''} {text}".strip(),
        phase=session.phase,
        industry=session.context.industry,
        function=session.context.function,
        dismissed=frozenset(),
        finding_codes=tuple(dict.fromkeys(str(one.code) for one in (*findings, *of_draft))),
    )
    return rank(query, _library())


@cache
def _library() -> Index:
    items = [(item, tuple(EMBEDDER.embed(wording_of(item).about))) for item in shipped_items()]
    return build_index(items, embedder=EMBEDDER, vocabulary=shipped_vocabulary(), tuning=shipped_tuning())
