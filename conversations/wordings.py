"""The published wordings, read from their rows every few seconds: which one a session is answered with."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from conversations.kept import Kept
from conversations.llm.route import Route
from conversations.models import Label, PromptLabel, PromptVersion
from conversations.prompt.wording import Wording, WordingError, parse_wording, shipped_wording

logger = logging.getLogger(__name__)

MOST_WORDINGS: Final = 32


@dataclass(frozen=True, slots=True)
class WordingTraits:
    """Who is answered: what a wording may be chosen by."""

    organization_id: UUID
    session_id: UUID
    began: datetime | None = None


@dataclass(frozen=True, slots=True)
class WordingChoice:
    """The wording of one turn, and what chose it: a label, or an experiment's variant.

    A variant may name a model of its own; an empty one leaves the route as it is.
    """

    wording: Wording
    chosen_by: str = Label.PRODUCTION.value
    variant_id: int | None = None
    model: str = ""

    @property
    def version(self) -> str:
        """Give the version, as jobs store it."""
        return self.wording.version

    def on(self, route: Route) -> Route:
        """Give the route a turn takes: an experiment's variant may ask another model.

        The route's own model then stands in for it first: an experiment costs nobody an answer.
        """
        if not self.model or self.model == route.model:
            return route
        others = dict.fromkeys((route.model, *route.fallbacks))
        stand_ins = tuple(one for one in others if one != self.model)
        return replace(route, rule=self.chosen_by, model=self.model, fallbacks=stand_ins)


class WordingBook:
    """The wordings of one process; a change of a label is heard within seconds.

    Meanwhile a process answers with the version it knows, which is also the one in the keys and tags
    of its cached answers: the two are never mixed up.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._versions = Kept(_labelled_versions)
        self._parsed: OrderedDict[str, Wording | None] = OrderedDict()

    def wording_for(self, _traits: WordingTraits) -> WordingChoice:
        """Give the wording in production."""
        return WordingChoice(self.labelled(Label.PRODUCTION) or shipped_wording())

    def labelled(self, label: Label) -> Wording | None:
        """Give the wording a label points to; None when it points to none, or to one that no longer fits."""
        version = self._versions.get().get(label)
        return self.of(version) if version else None

    def of(self, version: str) -> Wording | None:
        """Give one version's wording; None when there is none, or this program cannot use it."""
        with self._lock:
            if version in self._parsed:
                self._parsed.move_to_end(version)
                return self._parsed[version]
        row = PromptVersion.objects.filter(version=version).first()
        if row is None:
            return None
        wording = _parsed(row)
        with self._lock:
            self._parsed[version] = wording
            while len(self._parsed) > MOST_WORDINGS:
                self._parsed.popitem(last=False)
        return wording

    def forget(self) -> None:
        """Read the labels anew with the next question."""
        self._versions.forget()


def _labelled_versions() -> Mapping[str, str]:
    return dict(PromptLabel.objects.values_list("name", "version__version"))


def _parsed(row: PromptVersion) -> Wording | None:
    try:
        return parse_wording(row.templates)
    except WordingError as error:
        # A row can be older than a variable or a phase that the program has since.
        facts = {"version": row.version, "why": str(error)}
        logger.warning("A prompt version no longer fits the program and is not used.", extra=facts)
        return None


def shipped_choice(_traits: WordingTraits) -> WordingChoice:
    """Give the wording that ships with the program, whatever is published."""
    return WordingChoice(shipped_wording(), chosen_by="shipped")


# One per process: its threads share what was read.
WORDINGS: Final = WordingBook()
