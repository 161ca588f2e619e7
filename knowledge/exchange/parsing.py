"""Tables as goals: each cell read by its column, each mistake named with line and column."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import orjson

from knowledge.choices import Commitment, Direction, Kind, Outcome
from knowledge.errors import UnreadableFileError
from knowledge.exchange.cells import Cell, day_of, moment_of, number_of, text_of
from knowledge.exchange.columns import (
    CHECK_IN,
    DATES,
    KEY_RESULT,
    NUMBERS,
    OBJECTIVE,
    ColumnMap,
    folded,
    map_for,
)
from knowledge.exchange.reading import Line, Sheet

_LENGTHS = {"title": 2_000, "external_id": 200, "unit": 60, "data_source": 200}
_LONGEST = 10_000
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "outcome": tuple(Outcome.values),
    "commitment": tuple(Commitment.values),
    "kind": tuple(Kind.values),
    "direction": tuple(Direction.values),
}
_AS_WRITTEN = frozenset({"title", "description", "note", "learnings", "score_reason", "data_source"})


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong in a file; line 1 is the header."""

    line: int
    column: str
    detail: str


@dataclass(frozen=True, slots=True)
class Goal:
    """One row, read: the columns the file has, with their values."""

    line: int
    kind: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Give a text column; one that is absent is empty."""
        return str(self.values.get(name) or "")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole file, read."""

    column_map: ColumnMap
    names: Mapping[str, str]
    goals: tuple[Goal, ...]
    errors: tuple[RowError, ...]

    def heading(self, column: str) -> str:
        """Give a column's, or a model field's, name as the file has it."""
        column = "parent" if column.startswith("parent_") else column
        return self.names.get(column, column)


def parse(sheet: Sheet) -> Parsed:
    """Read a table, or raise UnreadableFileError when it has no column for titles."""
    column_map = map_for(sheet.header)
    names: dict[str, str] = {}
    places: dict[str, int] = {}
    for place, heading in enumerate(sheet.header):
        column = column_map.columns.get(folded(heading))
        if column and column not in places:
            places[column], names[column] = place, heading.strip()
    if "title" not in places:
        raise UnreadableFileError("The first line names no column for titles, such as “title”.")
    reader = _RowReader(column_map, places, names)
    goals = [goal for line in sheet.lines if (goal := reader.read(line))]
    errors = sorted([*reader.errors, *_repeated(goals, names)], key=lambda one: one.line)
    return Parsed(column_map, names, tuple(goals), tuple(errors))


class _RowReader:
    """Reads rows one after another: a row without a parent belongs to the one above it."""

    def __init__(self, column_map: ColumnMap, places: Mapping[str, int], names: Mapping[str, str]) -> None:
        self.map = column_map
        self.places = places
        self.names = names
        self.errors: list[RowError] = []
        self.above: dict[str, str] = {}

    def read(self, line: Line) -> Goal | None:
        """Give the row's goal, or None after noting what is wrong with it."""
        before = len(self.errors)
        values = {
            column: self._value(line, column, line.cells[place] if place < len(line.cells) else None)
            for column, place in self.places.items()
        }
        kind = self._kind(line, values)
        if kind != OBJECTIVE and not values.get("parent"):
            values["parent"] = self.above.get(OBJECTIVE if kind == KEY_RESULT else KEY_RESULT, "")
        self._check(line, kind, values)
        if len(self.errors) > before:
            return None
        key = str(values.get("external_id") or _key_of(kind, values))
        self.above[kind] = key
        return Goal(line.number, kind, key, values)

    def _value(self, line: Line, column: str, cell: Cell) -> object:
        try:
            return self._typed(column, cell)
        except ValueError as error:
            self._refuse(line, column, str(error))
            return None

    def _typed(self, column: str, cell: Cell) -> object:
        if column in NUMBERS:
            number = number_of(cell)
            if column == "confidence" and number is not None and number in range(11):
                return int(number)
            return number
        if column in DATES:
            return day_of(cell, self.map.date_formats)
        if column == "date":
            return moment_of(cell, self.map.date_formats)
        text = text_of(cell)
        if column == "context":
            return _context(text)
        return _text(column, text if column in _AS_WRITTEN else text.strip(), self.map)

    def _kind(self, line: Line, values: Mapping[str, object]) -> str:
        named = str(values.get("type") or "")
        if named:
            return named
        return KEY_RESULT if values.get("target") is not None and OBJECTIVE in self.above else OBJECTIVE

    def _check(self, line: Line, kind: str, values: dict[str, object]) -> None:
        for column, detail in _RULES[kind](values):
            self._refuse(line, column, detail)

    def _refuse(self, line: Line, column: str, detail: str) -> None:
        self.errors.append(RowError(line.number, self.names.get(column, column), detail))


def _text(column: str, text: str, column_map: ColumnMap) -> str:
    if "\x00" in text:
        raise ValueError("Null characters are not allowed.")
    if len(text) > _LENGTHS.get(column, _LONGEST):
        raise ValueError(f"At most {_LENGTHS.get(column, _LONGEST)} characters.")
    if not text:
        return ""
    if column == "type":
        return _mapped(text, column_map.types)
    if column == "status":
        return _mapped(text, column_map.statuses)
    if column in _CHOICES:
        return _mapped(text, {one: one for one in _CHOICES[column]})
    return text.lower() if column == "owner" else text


def _mapped(text: str, meanings: Mapping[str, str]) -> str:
    meaning = meanings.get(folded(text))
    if meaning is None:
        raise ValueError(f"Expected one of: {', '.join(meanings)}.")
    return meaning


def _context(text: str) -> dict[str, object]:
    if not text.strip():
        return {}
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or "\\u0000" in text:
        raise ValueError("Expected a JSON object.")
    return found


def _objective_rules(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    yield from _title_rules(values)
    starts, due = values.get("starts_on"), values.get("due_on")
    if starts and due and due < starts:  # type: ignore[operator]  # both were read as days.
        yield "due_on", "It is due after it starts."
    status, outcome = values.get("status"), values.get("outcome")
    if status == "closed" and not outcome:
        yield "outcome", "A closed objective has an outcome."
    if outcome and status not in {"closed", "archived"}:
        yield "outcome", "Only a closed or archived objective has an outcome."


def _key_result_rules(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    yield from _title_rules(values)
    if not values.get("parent"):
        yield "parent", "A key result needs its objective: name it here or put it above."
    baseline, target = values.get("baseline"), values.get("target")
    direction = values.get("direction") or _direction_of(values)
    if baseline is not None and target is not None and direction != Direction.MAINTAIN:
        wrong = target < baseline if direction == Direction.INCREASE else target > baseline  # type: ignore[operator]  # numbers.
        if wrong:
            yield "target", "The target lies on the other side of the baseline than the direction says."
    if values.get("band") is not None and direction != Direction.MAINTAIN:
        yield "band", "Only a maintained value has a band."
    for column in ("band", "weight"):
        if (value := values.get(column)) is not None and value < 0:  # type: ignore[operator]  # a number.
            yield column, "This is never negative."
    if (weight := values.get("weight")) is not None and weight >= 10**5:  # type: ignore[operator]  # a number.
        yield "weight", "A weight is below 100,000."
    yield from _confidence_rules(values)


def _check_in_rules(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    if not values.get("parent"):
        yield "parent", "A check-in needs its key result: name it here or put it above."
    if values.get("current") is None:
        yield "current", "A check-in needs a value."
    yield from _confidence_rules(values)


def _title_rules(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    if not str(values.get("title") or "").strip():
        yield "title", "A title is needed."
    score, reason = values.get("score"), values.get("score_reason")
    if score is not None and not 0 <= score <= 1:  # type: ignore[operator]  # a number.
        yield "score", "A score lies between 0 and 1."
    if (score is None) != (not reason):
        yield "score_reason", "A score and its reason come together."


def _confidence_rules(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    confidence = values.get("confidence")
    if confidence is not None and not isinstance(confidence, int):
        yield "confidence", "Confidence is a whole number from 0 to 10."


_RULES: Mapping[str, Callable[[Mapping[str, object]], Iterator[tuple[str, str]]]] = {
    OBJECTIVE: _objective_rules,
    KEY_RESULT: _key_result_rules,
    CHECK_IN: _check_in_rules,
}


def _direction_of(values: Mapping[str, object]) -> str:
    baseline, target = values.get("baseline"), values.get("target")
    falls = baseline is not None and target is not None and target < baseline  # type: ignore[operator]  # numbers.
    return Direction.DECREASE if falls else Direction.INCREASE


def _key_of(kind: str, values: Mapping[str, object]) -> str:
    """Make a name for a row that has none, the same whenever the row comes again."""
    told = ("parent", "current", "note", "date") if kind == CHECK_IN else ("parent", "cycle", "title")
    parts = [kind, *(str(values.get(name) or "") for name in told)]
    return f"row:{sha256(chr(31).join(parts).encode()).hexdigest()[:24]}"


def _repeated(goals: list[Goal], names: Mapping[str, str]) -> Iterator[RowError]:
    seen: dict[tuple[str, str], int] = {}
    for goal in goals:
        first = seen.setdefault((goal.kind, goal.key), goal.line)
        if first != goal.line:
            column = names.get("external_id", names.get("title", "title"))
            yield RowError(goal.line, column, f"This repeats line {first}; give each its own external id.")
