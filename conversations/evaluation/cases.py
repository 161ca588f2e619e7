"""Recorded conversations and their expectations, as the files in `golden/` hold them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, TypeVar, cast

from conversations.pipeline.load import rubric_context
from conversations.values import Intent, Phase
from knowledge.rubric import Context, FindingCode

GOLDEN: Final = Path(__file__).parent / "golden"
C = TypeVar("C", Phase, Intent, FindingCode)


class GoldenSetError(ValueError):
    """A file of the golden set says something that has no meaning."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One message of the user, and what is expected of the answer; what is empty is not looked at.

    `phase` and `intent` hold for any of the values named. `objective` is to the letter, and an empty text
    means that there is none. `finds` are codes the rubric must have put before the coach; `addresses` are
    words of which the reply must have one. `rejects_objective` says that the wording which stood so far must
    not be offered from here on.
    """

    user: str
    phase: tuple[Phase, ...] = ()
    intent: tuple[Intent, ...] = ()
    objective: str | None = None
    key_results: tuple[str, ...] | None = None
    results: tuple[int, ...] = ()
    finds: tuple[FindingCode, ...] = ()
    addresses: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    rejects_objective: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation: who talks, what it is there to show, and its turns."""

    name: str
    about: str
    context: Context
    turns: tuple[Expected, ...]


def golden_set(folder: Path = GOLDEN) -> tuple[Case, ...]:
    """Read every recorded conversation; raises GoldenSetError with a sentence that names the place."""
    cases = [_case(path, row) for path in sorted(folder.glob("*.toml")) for row in _rows(path)]
    names = [case.name for case in cases]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise GoldenSetError(f"Two conversations are called “{doubled[0]}”.")
    return tuple(cases)


def _rows(path: Path) -> list[Mapping[str, object]]:
    try:
        rows: list[Mapping[str, object]] = tomllib.loads(path.read_text("utf-8"))["conversation"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise GoldenSetError(f"{path.name} holds no conversations: {error}.") from error
    return rows


def _case(path: Path, row: Mapping[str, object]) -> Case:
    name = str(row.get("name", ""))
    where = f"{path.name}, “{name}”"
    if unknown := sorted(row.keys() - {"name", "about", "context", "turns"}):
        raise GoldenSetError(f"{where}: “{unknown[0]}” means nothing.")
    turns = row.get("turns")
    if not (name and row.get("about") and isinstance(turns, list) and turns):
        raise GoldenSetError(f"{where}: a conversation has a name, what it is about, and turns.")
    return Case(
        name=name,
        about=str(row["about"]),
        context=rubric_context(cast("dict[str, object]", row.get("context", {}))),
        turns=tuple(_expected(where, turn) for turn in turns),
    )


def _expected(where: str, turn: Mapping[str, object]) -> Expected:
    if unknown := sorted(turn.keys() - {one.name for one in fields(Expected)}):
        raise GoldenSetError(f"{where}: “{unknown[0]}” means nothing.")
    if not str(turn.get("user", "")):
        raise GoldenSetError(f"{where}: somebody says nothing.")
    results = turn.get("key_results")
    return Expected(
        user=str(turn["user"]),
        phase=_choices(where, Phase, turn.get("phase")),
        intent=_choices(where, Intent, turn.get("intent")),
        objective=None if "objective" not in turn else str(turn["objective"]),
        key_results=None if results is None else _texts(results),
        results=tuple(int(one) for one in _texts(turn.get("results"))),
        finds=_choices(where, FindingCode, turn.get("finds")),
        addresses=_texts(turn.get("addresses")),
        never=_texts(turn.get("never")),
        rejects_objective=turn.get("rejects_objective") is True,
    )


def _choices(where: str, kind: type[C], value: object) -> tuple[C, ...]:
    try:
        return tuple(kind(one) for one in _texts(value))
    except ValueError as error:
        raise GoldenSetError(f"{where}: {error}.") from error


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(str(one) for one in value)
    return (str(value),)
