"""The outside world, as an attempt needs it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from threading import Semaphore
from typing import Final
from uuid import UUID

from conversations.cache.response import Answers, NoCache
from conversations.events.channel import Channel
from conversations.events.courier import open_channel
from conversations.leases import LeaseKeeper
from conversations.llm.client import Claude
from conversations.llm.judge import Judge
from conversations.llm.route import Route, RouteTraits
from conversations.routing import default_route
from conversations.shadows import Shadow, no_shadow
from conversations.slots import Slots
from conversations.waiting import announce_ended
from conversations.wordings import WordingChoice, WordingTraits, shipped_choice
from knowledge.suggestions import Suggestion, SuggestionQuery, suggest

# Of a process's many threads: candidates never take those that people wait for.
MOST_UNSEEN_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything an attempt touches besides the database."""

    claude: Claude
    leases: LeaseKeeper
    worker: str
    answers: Answers = field(default_factory=NoCache)
    wording_for: Callable[[WordingTraits], WordingChoice] = shipped_choice
    route_for: Callable[[RouteTraits], Route] = default_route
    shadow_of: Callable[[UUID], Shadow | None] = no_shadow
    open_channel: Callable[[UUID, int], Channel] = open_channel
    announce_ended: Callable[[UUID], None] = announce_ended
    suggest: Callable[[SuggestionQuery], tuple[Suggestion, ...]] = suggest
    judge: Judge | None = None
    slots: Slots = field(default_factory=Slots)
    unseen_at_once: Semaphore = field(default_factory=lambda: Semaphore(MOST_UNSEEN_AT_ONCE))
    random: Random = field(default_factory=Random)
