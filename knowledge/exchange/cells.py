"""Cells: what they hold, made harmless on the way out and restored on the way in."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

Cell = str | int | float | bool | Decimal | date | datetime | None

# A spreadsheet runs a cell that begins with one of these as a formula; full-width forms count too.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_QUOTED_FORMULA = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_LARGEST = Decimal(10) ** 18
_EXACT_INTEGERS = 2**53


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """Take the apostrophe away again that `harmless` put there."""
    return text[1:] if _QUOTED_FORMULA.match(text) else text


def plain_number(number: Decimal) -> int | float | str:
    """Give a number that any program reads; a text where a float would lose digits."""
    if number == number.to_integral_value() and abs(number) < _EXACT_INTEGERS:
        return int(number)
    as_float = float(number)
    return as_float if Decimal(repr(as_float)) == number else format(number.normalize(), "f")


def text_of(cell: Cell) -> str:
    """Read a cell as text, as it was written."""
    match cell:
        case None:
            return ""
        case str():
            return restored(cell)
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() | date():
            return cell.isoformat()
        case _:
            return str(cell)


def number_of(cell: Cell) -> Decimal | None:
    """Read a cell as a number with at most six decimals; empty is None. Raises ValueError."""
    if isinstance(cell, bool | date):
        raise ValueError("Expected a number.")
    text = text_of(cell).replace("\u00a0", "").replace(" ", "").removesuffix("%")
    if not text:
        return None
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    try:
        number = Decimal(text)
        rounded = number.quantize(Decimal("0.000001"))
    except InvalidOperation:
        raise ValueError("Expected a number, such as 1234.5.") from None
    if not number.is_finite() or abs(number) >= _LARGEST:
        raise ValueError("This number is too large.")
    if rounded != number:
        if not isinstance(cell, float):
            raise ValueError("A number has at most six decimals.")
        # A spreadsheet's arithmetic leaves a trail of digits that nobody typed.
        return rounded
    return number


def day_of(cell: Cell, formats: tuple[str, ...]) -> date | None:
    """Read a cell as a day; empty is None. Raises ValueError."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell).strip()
    if not text:
        return None
    for form in formats:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    moment = _moment(text)
    if moment is None:
        raise ValueError("Expected a day, such as 2026-01-31.")
    return moment.date()


def moment_of(cell: Cell, formats: tuple[str, ...]) -> datetime | None:
    """Read a cell as a moment, in UTC where it names no zone; empty is None. Raises ValueError."""
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else timezone.make_aware(cell)
    if isinstance(cell, str) and (moment := _moment(restored(cell).strip())):
        return moment if moment.tzinfo else timezone.make_aware(moment)
    day = day_of(cell, formats)
    return None if day is None else timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - made aware here


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
        if moment is None and (day := parse_date(text)):
            moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the caller adds the zone
    except ValueError:
        return None
    return moment
