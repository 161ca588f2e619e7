"""A seeded workload of openings: few intents are frequent, each is said in many ways, near misses among them.

The generator knows what each opening means, so that a cache's false hits are measured and not believed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

_SHIPPED: Final = Path(__file__).with_name("openings.json")
# Word frequencies and search queries follow Zipf's law with an exponent near one.
_EXPONENT: Final = 1.1


@dataclass(frozen=True, slots=True)
class Opening:
    """The first message of a session: its words, what it truly means, and in which way it was said."""

    text: str
    intent: int
    way: str
    team: str


@dataclass(frozen=True, slots=True)
class _Intent:
    number: int
    goal: str
    team: str
    rewordings: tuple[str, ...]


def openings(count: int = 1000, *, seed: int = 1) -> tuple[Opening, ...]:
    """Give the openings of so many sessions; the same seed gives the same ones."""
    random = Random(seed)  # noqa: S311 - a workload, not a secret
    content = json.loads(_SHIPPED.read_text("utf-8"))
    intents = _intents(content)
    random.shuffle(intents)
    weights = [1 / rank**_EXPONENT for rank in range(1, len(intents) + 1)]
    ways, shares = zip(*content["ways"].items(), strict=True)
    frames: dict[str, Sequence[str]] = content["frames"]
    drawn = random.choices(intents, weights, k=count)
    chosen = random.choices(ways, shares, k=count)
    return tuple(_said(intent, way, frames, random) for intent, way in zip(drawn, chosen, strict=True))


def _intents(content: dict[str, list[dict[str, object]]]) -> list[_Intent]:
    """Give every goal with its near misses, each an intent of its own."""
    found: list[_Intent] = []
    for group in content["intents"]:
        goals = group["goals"]
        assert isinstance(goals, list)
        for place, goal in enumerate(goals):
            rewordings = group.get("rewordings", []) if place == 0 else []
            assert isinstance(rewordings, list)
            found.append(_Intent(len(found), goal, str(group["team"]), tuple(rewordings)))
    return found


def _said(intent: _Intent, way: str, frames: dict[str, Sequence[str]], random: Random) -> Opening:
    usual = frames["usual"][0].format(intent.goal)
    text = {
        "usual": lambda: usual,
        "spacing": lambda: _respaced(usual, random),
        "frame": lambda: random.choice(frames["other"]).format(intent.goal),
        "courtesy": lambda: random.choice(frames["courtesies"]).format(usual[0].lower() + usual[1:]),
        "letters": lambda: random.choice((usual.lower(), usual + ".", usual.rstrip(".") + "!")),
        "slip": lambda: _slipped(usual, random),
        "rewording": lambda: random.choice(intent.rewordings or (usual,)),
    }[way]()
    return Opening(text, intent.number, way, intent.team)


def _respaced(text: str, random: Random) -> str:
    at = random.choice([place for place, letter in enumerate(text) if letter == " "])
    return random.choice((f" {text}", f"{text}\n", text[:at] + "  " + text[at + 1 :], text + "  "))


def _slipped(text: str, random: Random) -> str:
    """Swap two letters inside a long word."""
    places = [place for place in range(1, len(text) - 2) if text[place - 1 : place + 3].isalpha()]
    at = random.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
