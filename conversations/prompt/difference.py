"""What one version of the templates says differently from another, template by template."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from conversations.prompt.wording import NAMES


class Change(StrEnum):
    """What became of a line."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of either version."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class TemplateDifference:
    """One template of both versions, line by line, and its tokens before and after."""

    name: str
    lines: tuple[Line, ...]
    tokens_before: int
    tokens_after: int

    @property
    def tokens_more(self) -> int:
        """Count the tokens it gained; fewer are negative."""
        return self.tokens_after - self.tokens_before


@dataclass(frozen=True, slots=True)
class Written:
    """The templates of one version, with the tokens of each."""

    templates: Mapping[str, str]
    tokens: Mapping[str, int]


def differences(before: Written, after: Written) -> tuple[TemplateDifference, ...]:
    """Give the templates that differ, in their usual order."""
    return tuple(
        TemplateDifference(
            name,
            tuple(_lines(before.templates.get(name, ""), after.templates.get(name, ""))),
            before.tokens.get(name, 0),
            after.tokens.get(name, 0),
        )
        for name in NAMES
        if before.templates.get(name, "") != after.templates.get(name, "")
    )


def _lines(before: str, after: str) -> Iterator[Line]:
    old, new = before.splitlines(), after.splitlines()
    for kind, begin, end, first, last in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (Line(Change.SAME, text) for text in old[begin:end])
            continue
        yield from (Line(Change.REMOVED, text) for text in old[begin:end])
        yield from (Line(Change.ADDED, text) for text in new[first:last])
