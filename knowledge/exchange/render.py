"""Records in any of the formats people ask for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from knowledge.exchange.documents import as_json_document, as_markdown
from knowledge.exchange.pdf import as_pdf
from knowledge.exchange.records import ObjectiveRecord
from knowledge.exchange.sheets import as_csv, as_xlsx


class Format(StrEnum):
    """The formats; the value is the file's ending."""

    JSON = "json"
    MARKDOWN = "md"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


_WRITERS: Mapping[Format, tuple[str, Callable[[Iterable[ObjectiveRecord]], bytes]]] = {
    Format.JSON: ("application/json", as_json_document),
    Format.MARKDOWN: ("text/markdown; charset=utf-8", as_markdown),
    Format.CSV: ("text/csv; charset=utf-8", as_csv),
    Format.XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    Format.PDF: ("application/pdf", as_pdf),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file: its bytes, their type, and a name."""

    content: bytes
    media_type: str
    filename: str


def render_okrs(okrs: Iterable[ObjectiveRecord], form: Format, *, name: str = "okrs") -> Rendered:
    """Write objectives as a file."""
    media_type, write = _WRITERS[form]
    return Rendered(write(okrs), media_type, f"{name}.{form.value}")


def render_okr(okr: ObjectiveRecord, form: Format, *, name: str = "okr") -> Rendered:
    """Write one OKR, stored or drafted, as a file."""
    return render_okrs((okr,), form, name=name)
