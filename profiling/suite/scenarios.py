"""The conversations of the suite."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from profiling.errors import ProfilingError

SHIPPED = Path(__file__).with_name("scenarios.json")


@dataclass(frozen=True, slots=True)
class Script:
    """One conversation: what the user says, in order."""

    name: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suite:
    """The conversations and what the coach is told about the people."""

    context: Mapping[str, str | int]
    scripts: tuple[Script, ...]


def load_suite(path: Path = SHIPPED) -> Suite:
    """Read the suite that is shipped."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return Suite(
        context=document["session_context"],
        scripts=tuple(Script(one["name"], tuple(one["messages"])) for one in document["scenarios"]),
    )


def choose(suite: Suite, names: Sequence[str]) -> tuple[Script, ...]:
    """Give the named conversations in the suite's order, or all; raises ProfilingError for a wrong name."""
    wanted = {name.casefold() for name in names}
    known = {script.name.casefold() for script in suite.scripts}
    if wanted - known:
        wrong = ", ".join(sorted(name for name in names if name.casefold() not in known))
        every = "; ".join(script.name for script in suite.scripts)
        raise ProfilingError(f"No scenario is called {wrong}. There are: {every}.")
    return tuple(script for script in suite.scripts if not wanted or script.name.casefold() in wanted)


def rounds_of(
    scripts: Sequence[Script], *, repeat: int, messages: int | None
) -> Iterator[tuple[int, Script]]:
    """Give each conversation to hold with the number of its round.

    With a number of messages the rounds go on until so many are said; the last conversation may be cut.
    """
    said, number = 0, 0
    while number < repeat if messages is None else said < messages:
        for script in scripts:
            if messages is not None:
                script = Script(script.name, script.messages[: messages - said])
            if not script.messages:
                return
            said += len(script.messages)
            yield number, script
        number += 1
