"""A file is what its bytes say; nothing unbounded gets in."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from knowledge.errors import UnreadableFileError
from knowledge.exchange.reading import MAX_BYTES, MAX_LINES, read_table


def workbook(*rows: list[object]) -> bytes:
    """Write a workbook."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, part: str, text: str) -> bytes:
    """Replace one part of a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, text if info.filename == part else old.read(info.filename))
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_with_any_usual_delimiter(delimiter: str) -> None:
    sheet = read_table(f"title{delimiter}target\r\nGrow{delimiter}5\r\n".encode())

    assert sheet.header == ("title", "target")
    assert [line.cells for line in sheet.lines] == [("Grow", "5")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_in_unicode(encoding: str) -> None:
    assert read_table("title\nGrößer\n".encode(encoding)).lines[0].cells == ("Größer",)


def test_line_numbers_are_the_files_own() -> None:
    sheet = read_table(b'title\n"two\nlines"\n\nlast\n')

    assert [line.number for line in sheet.lines] == [2, 5]


def test_a_workbook_is_read() -> None:
    sheet = read_table(workbook(["title", "target"], ["Grow", 5]))

    assert [line.cells for line in sheet.lines] == [("Grow", 5)]


def test_a_formulas_stored_result_is_read_never_the_formula() -> None:
    sheet = read_table(workbook(["title", "target"], ["Grow", "=1+1"]))

    assert sheet.lines[0].cells == ("Grow", None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"%PDF-1.7\x00\x01",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"PK\x03\x04broken",
        "title\nGr\xf6\xdfer".encode("latin-1"),
        b'{"objectives": []}',
        b"[1]",
        b'{"format": "okr", "version": 1, "objectives": {}}',
        b'{"format": "okr", "version": 1, "objectives": [1]}',
        b"{",
    ],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read_table(content)


def test_a_large_file_is_refused_unread() -> None:
    with pytest.raises(UnreadableFileError, match="KiB"):
        read_table(b"x" * (MAX_BYTES + 1))


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(UnreadableFileError, match="lines"):
        read_table(b"title\n" + b"x\n" * (MAX_LINES + 2))


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(UnreadableFileError, match="columns"):
        read_table(b"title" + b"," * 200 + b"\n")


def test_a_zip_bomb_is_refused() -> None:
    bomb = repacked(workbook(["title"]), "xl/worksheets/sheet1.xml", " " * 60_000_000)
    assert len(bomb) < MAX_BYTES

    with pytest.raises(UnreadableFileError, match="unpacks"):
        read_table(bomb)


def test_entities_are_not_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    sheet = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData></worksheet>'
    )

    with pytest.raises(UnreadableFileError):
        read_table(repacked(workbook(["title"]), "xl/worksheets/sheet1.xml", sheet))


def test_a_row_far_down_does_not_fill_the_memory() -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>title</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )

    with pytest.raises(UnreadableFileError, match="lines"):
        read_table(repacked(workbook(["title"]), "xl/worksheets/sheet1.xml", sheet))


def test_a_workbook_without_its_parts_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "hello")

    with pytest.raises(UnreadableFileError):
        read_table(out.getvalue())
