"""Records as JSON, for programs, and as Markdown, for people."""

import json
import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

from knowledge.exchange.cells import plain_number
from knowledge.exchange.records import KeyResultRecord, ObjectiveRecord
from knowledge.progress import colour_of

JSON_FORMAT, JSON_VERSION = "okr", 1
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_LIST_OR_RULE = re.compile(r"^(\s*\d*)((?<=\d)[.)]|(?<!\d)[-+=]+)(?=\s|$)", re.MULTILINE)


def as_json_document(objectives: Iterable[ObjectiveRecord]) -> bytes:
    """Write everything, nested, so that importing it gives the same objectives."""
    document = {
        "format": JSON_FORMAT,
        "version": JSON_VERSION,
        "objectives": [_plain(one) for one in objectives],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def as_markdown(objectives: Iterable[ObjectiveRecord]) -> bytes:
    """Write a page that reads well: each objective with its results, progress and score."""
    return ("\n\n".join(_section(one) for one in objectives) + "\n").encode()


def facts_of(one: ObjectiveRecord) -> list[tuple[str, str]]:
    """Give what is known about an objective beside its title, named for a reader."""
    facts = [
        ("Owner", one.owner),
        ("Team", one.team),
        ("Cycle", one.cycle),
        ("Status", " · ".join(part for part in (one.status.replace("_", " "), one.outcome) if part)),
        ("Due", one.due_on.isoformat() if one.due_on else ""),
        ("Progress", percent(one.progress)),
        ("Score", score(one.score)),
        ("Quality", "" if one.quality is None else f"{one.quality} of 100"),
        ("Learnings", one.learnings),
    ]
    return [(name, value) for name, value in facts if value]


def way_of(one: KeyResultRecord) -> str:
    """Say where a key result comes from and goes to."""
    start = "not known yet" if one.baseline is None else _number(one.baseline)
    goal = "open" if one.target is None else _number(one.target)
    unit = f" {one.unit}" if one.unit else ""
    if one.direction == "maintain":
        return f"stay at {goal}{f' ± {_number(one.band)}' if one.band else ''}{unit}"
    return f"{start} → {goal}{unit}"


def percent(progress: float | None) -> str:
    """Write progress; an unknown one is empty."""
    return "" if progress is None else f"{progress:.0f} %"


def score(value: Decimal | None) -> str:
    """Write a score with its colour; none is empty."""
    return "" if value is None else f"{value} ({colour_of(value)})"


def _section(one: ObjectiveRecord) -> str:
    lines = [f"## {_line(one.title)}", ""]
    lines += [f"- **{name}:** {_line(value)}" for name, value in facts_of(one)]
    if one.description:
        lines += ["", _escaped(one.description)]
    if one.key_results:
        lines += ["", "| Key result | From → to | Now | Progress | Score |", "|---|---|---|---|---|"]
        lines += [_row(result) for result in one.key_results]
    return "\n".join(lines)


def _row(one: KeyResultRecord) -> str:
    now = "" if one.current is None else _number(one.current)
    cells = (one.title, way_of(one), now, percent(one.progress), score(one.score))
    return "| " + " | ".join(_line(cell) for cell in cells) + " |"


def _number(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _line(text: str) -> str:
    return " ".join(_escaped(text).split())


def _escaped(text: str) -> str:
    return _LIST_OR_RULE.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", text))


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return plain_number(value)
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in value]
        case dict():
            return value
        case _ if is_dataclass(value):
            return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        case _:
            return value
