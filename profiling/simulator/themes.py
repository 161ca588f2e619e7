"""The subjects the coach knows something about: how to word the outcome, what to ask, what to measure.

The subjects stand in themes.json. The figures of a measure there are starting points for a conversation, and
the coach says so whenever it uses one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from profiling.simulator.words import words_of


@dataclass(frozen=True)
class Measure:
    """Something to count, with figures to start from: `now` and `goal` are written into `form`.

    The first of its words names it; a key result that has this word is about the same thing.
    """

    name: str
    now: float
    goal: float
    form: str
    words: str
    source: str


@dataclass(frozen=True)
class Theme:
    """One subject; `weight` lets a telling subject win over one whose words are common."""

    name: str
    weight: int
    words: str
    question: str
    objectives: tuple[str, ...]
    measures: tuple[Measure, ...]


def _read_themes() -> tuple[Theme, ...]:
    entries = orjson.loads((Path(__file__).parent / "themes.json").read_bytes())
    return tuple(
        Theme(
            **{
                **entry,
                "objectives": tuple(entry["objectives"]),
                "measures": tuple(Measure(**measure) for measure in entry["measures"]),
            }
        )
        for entry in entries
    )


THEMES = _read_themes()


def theme_of(texts: Sequence[str]) -> Theme | None:
    """The theme of a conversation: the one most spoken of, later words counting as much as earlier ones."""
    words = [word for text in texts for word in words_of(text)]
    best, most = None, 0
    for theme in THEMES:
        known = theme.words.split()
        score = theme.weight * sum(1 for word in words if word in known)
        if score > most:
            best, most = theme, score
    return best
