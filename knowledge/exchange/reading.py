"""Files as tables: what a file is, is decided by its bytes, and every size is bounded."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

import orjson
from defusedxml import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from knowledge.errors import UnreadableFileError
from knowledge.exchange.cells import Cell, harmless
from knowledge.exchange.columns import CHECK_IN, COLUMNS, KEY_RESULT, OBJECTIVE, map_for
from knowledge.exchange.documents import JSON_FORMAT, JSON_VERSION

MAX_BYTES = 1024 * 1024
MAX_LINES = 5_000
MAX_COLUMNS = 100
MAX_CELL = 32_767
_MAX_UNPACKED = 20 * 1024 * 1024
_MAX_PARTS = 200
_DELIMITERS = ",;\t"
_ZIP, _UTF16 = b"PK\x03\x04", (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table; its number is the file's own, the header being 1."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]


def read_table(content: bytes) -> Sheet:
    """Read CSV, XLSX or our own JSON, or raise UnreadableFileError."""
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(f"A file holds at most {MAX_BYTES // 1024} KiB.")
    if content.startswith(_ZIP):
        return _from_xlsx(content)
    text = _decoded(content)
    return _from_json(text) if text.lstrip().startswith(("{", "[")) else _from_csv(text)


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-16" if content.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFileError("This is neither XLSX nor text in UTF-8; save it as CSV UTF-8.") from None
    if "\x00" in text:
        raise UnreadableFileError("This is neither CSV, XLSX nor JSON.")
    return text


def _from_csv(text: str) -> Sheet:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=lambda one: _known(first, one))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines: list[Line] = []
    number = 1
    try:
        for row in reader:
            lines.append(Line(number, _bounded(row)))
            # A quoted cell may hold line breaks: a row's number is that of its first line.
            number = reader.line_num + 1
            _check_count(len(lines))
    except csv.Error as error:
        raise UnreadableFileError(f"Line {reader.line_num} is not CSV: {error}.") from None
    return _sheet(lines)


def _known(line: str, delimiter: str) -> int:
    names = tuple(next(csv.reader([line], delimiter=delimiter), []))
    known = map_for(names).columns
    return sum(" ".join(name.split()).casefold() in known for name in names)


def _from_xlsx(content: bytes) -> Sheet:
    try:
        _check_archive(content)
        with warnings.catch_warnings():
            # openpyxl warns of every extension it leaves out; none of them holds cells.
            warnings.simplefilter("ignore")
            return _sheet(_xlsx_lines(content))
    except (zipfile.BadZipFile, InvalidFileException, DefusedXmlException, ParseError) as error:
        raise UnreadableFileError("This is not a sound XLSX file.") from error
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, EOFError) as error:
        # What openpyxl raises for a damaged workbook depends on where it is damaged.
        raise UnreadableFileError("This is not a sound XLSX file.") from error


def _check_archive(content: bytes) -> None:
    """Refuse an archive that would unpack to more than it should; zipfile holds parts to these sizes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
            raise UnreadableFileError("This workbook unpacks to more than an import may hold.")
        if any(part.flag_bits & 0x1 for part in parts):
            raise UnreadableFileError("This workbook is protected by a password.")


def _xlsx_lines(content: bytes) -> list[Line]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheet: Any = book.worksheets[0]
        # The size a sheet claims is not to be trusted; its rows are counted instead.
        sheet.reset_dimensions()
        lines: list[Line] = []
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), start=1):
            lines.append(Line(number, _bounded(row)))
            _check_count(len(lines))
        return lines
    finally:
        book.close()


def _from_json(text: str) -> Sheet:
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UnreadableFileError(f"This is not JSON: {error}.") from None
    wanted = (JSON_FORMAT, JSON_VERSION)
    if not isinstance(document, dict) or (document.get("format"), document.get("version")) != wanted:
        raise UnreadableFileError(f"This JSON is not of format {JSON_FORMAT}, version {JSON_VERSION}.")
    rows = list(_nested(document.get("objectives"), OBJECTIVE, ""))
    _check_count(len(rows))
    lines = [
        Line(number, _bounded([_scalar(row.get(name)) for name in COLUMNS]))
        for number, row in enumerate(rows, start=2)
    ]
    return Sheet(COLUMNS, tuple(lines))


_INNER = {OBJECTIVE: ("key_results", KEY_RESULT), KEY_RESULT: ("check_ins", CHECK_IN)}
_RENAMED = {CHECK_IN: {"value": "current", "author": "owner", "checked_in_at": "date"}}


def _nested(items: object, kind: str, parent: str) -> Iterable[dict[str, object]]:
    if not isinstance(items, list):
        raise UnreadableFileError(f"Expected a list of {kind.replace('_', ' ')}s.")
    for item in items:
        if not isinstance(item, dict):
            raise UnreadableFileError(f"A {kind.replace('_', ' ')} is an object.")
        names = _RENAMED.get(kind, {})
        row = {names.get(str(name), str(name)): value for name, value in item.items()}
        row |= {"type": kind} | ({"parent": parent} if kind != OBJECTIVE else {})
        if kind == KEY_RESULT:
            # The forecast of a key result is its newest check-in's, which follows.
            row.pop("confidence", None)
        yield row
        if kind in _INNER:
            name, inner = _INNER[kind]
            yield from _nested(item.get(name, []), inner, str(item.get("external_id") or ""))


def _scalar(value: object) -> Cell:
    if isinstance(value, str):
        # JSON carries no apostrophes to be taken away, so what looks like one is given another.
        return harmless(value)
    if isinstance(value, int | float | bool) or value is None:
        return value
    return orjson.dumps(value).decode() if value else ""


def _sheet(lines: Sequence[Line]) -> Sheet:
    filled = [one for one in lines if any(cell not in (None, "") for cell in one.cells)]
    if not filled:
        raise UnreadableFileError("This file is empty.")
    header = tuple("" if cell is None else str(cell) for cell in filled[0].cells)
    while header and not header[-1]:
        header = header[:-1]
    width = len(header)
    return Sheet(header, tuple(Line(one.number, one.cells[:width]) for one in filled[1:]))


def _bounded(row: Iterable[Any]) -> tuple[Cell, ...]:
    cells = tuple(row)
    if len(cells) > MAX_COLUMNS:
        raise UnreadableFileError(f"A table has at most {MAX_COLUMNS} columns.")
    if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in cells):
        raise UnreadableFileError(f"A cell holds at most {MAX_CELL} characters.")
    return cells


def _check_count(lines: int) -> None:
    if lines > MAX_LINES + 1:
        raise UnreadableFileError(f"An import holds at most {MAX_LINES} lines; split the file.")
