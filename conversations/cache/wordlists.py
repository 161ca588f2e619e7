"""The closed lists of `wordlists.toml`, read once."""

import itertools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

Frame = tuple[str, ...]
_CHOICE: Final = re.compile(r"\(([^)]*)\)")
# What a file holds is untyped; everything below gives it its type.
_READ: Final[Mapping[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _written(pattern: str) -> list[Frame]:
    """Give every sentence beginning that a pattern with (a|b) choices stands for."""
    parts = _CHOICE.split(pattern)
    choices = [part.split("|") if place % 2 else [part] for place, part in enumerate(parts)]
    return [tuple("".join(chosen).split()) for chosen in itertools.product(*choices)]


def _frames(kind: str) -> tuple[Frame, ...]:
    """Give the longest first, so that none hides a longer one."""
    found = {frame for pattern in _READ["frames"][kind] for frame in _written(pattern)}
    return tuple(sorted(found, key=lambda frame: (-len(frame), frame)))


FUNCTION_WORDS: Final = frozenset[str](_READ["function_words"].split())
FILLERS: Final = frozenset[str](_READ["fillers"].split())
QUESTION_WORDS: Final = frozenset[str](_READ["question_words"].split())
ASKED_FOR_HELP: Final = _frames("asked_for_help")
WANTED: Final = _frames("wanted")
ASKED_HOW: Final = _frames("asked_how")
WRITTEN_OUT: Final[Mapping[str, list[str]]] = {
    word: full.split() for word, full in _READ["written_out"].items()
}
SAME: Final[Mapping[str, str]] = {
    word: group.split()[0] for group in _READ["same"]["groups"] for word in group.split()
}
ENDS_IN_S: Final = frozenset[str](_READ["same"]["ends_in_s"].split())
NUMBER_WORDS: Final[Mapping[str, int]] = {
    word: number for number, word in enumerate(_READ["numbers"]["words"].split())
} | {word: tens * 10 for tens, word in enumerate(_READ["numbers"]["tens"].split(), start=3)}
ORDER_MATTERS: Final = frozenset[str](_READ["order"]["matters"].split())
