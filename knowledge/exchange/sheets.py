"""Records as CSV and XLSX, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from knowledge.exchange.cells import Cell, harmless, plain_number
from knowledge.exchange.columns import COLUMNS
from knowledge.exchange.records import ObjectiveRecord
from knowledge.exchange.table import rows_of

_WIDE = {"title": 60, "description": 40, "note": 40, "external_id": 38, "parent": 38, "owner": 28}


def as_csv(objectives: Iterable[ObjectiveRecord]) -> bytes:
    """Write CSV in UTF-8, with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows_of(objectives):
        writer.writerow([_text(row.get(name)) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(objectives: Iterable[ObjectiveRecord]) -> bytes:
    """Write one sheet; numbers and days are cells of their kind."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("OKRs")
    for number, name in enumerate(COLUMNS):
        sheet.column_dimensions[_letters(number)].width = _WIDE.get(name, 14)
    sheet.freeze_panes = "A2"
    header = [WriteOnlyCell(sheet, name) for name in COLUMNS]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    for row in rows_of(objectives):
        sheet.append([_cell(row.get(name)) for name in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return format(cell.normalize(), "f")
        case datetime() | date():
            return cell.isoformat()
        case str():
            return harmless(cell)
        case _:
            return str(cell)


def _cell(cell: Cell) -> str | int | float | date | None:
    match cell:
        case None | "":
            return None
        case Decimal():
            return plain_number(cell)
        case datetime():
            # A spreadsheet's moments have neither zone nor microseconds; the text has both.
            return cell.isoformat()
        case str():
            return harmless(ILLEGAL_CHARACTERS_RE.sub("\ufffd", cell))
        case _:
            return cell


def _letters(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else "A" + chr(ord("A") + number - 26)
