"""Every format holds the OKR, in the letters it was written in, and runs nothing."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from reportlab.pdfbase.ttfonts import TTFont

from knowledge.exchange import (
    CheckInRecord,
    Format,
    KeyResultRecord,
    ObjectiveRecord,
    render_okr,
    render_okrs,
)
from knowledge.exchange.pdf import FONT_FILE

CHECK_IN = CheckInRecord(
    value=Decimal("-5.5"), note="=cmd|' /C calc'!A0", checked_in_at=datetime(2026, 1, 5, 9, tzinfo=UTC)
)
RESULT = KeyResultRecord(
    title="@Churn from 8 % to 4 %",
    external_id="K1",
    direction="decrease",
    baseline=Decimal(8),
    target=Decimal("4.25"),
    unit="%",
    current=Decimal("-5.5"),
    progress=62.5,
    check_ins=(CHECK_IN,),
)
OKR = ObjectiveRecord(
    title='=HYPERLINK("http://example.com") Größe, žluťoučký, Ελλάδα, Привет, 目标, 한국, ✓ → | *bold*',
    external_id="O1",
    description="Line one\nLine two <b>",
    owner="ann@example.com",
    due_on=date(2026, 3, 31),
    status="active",
    progress=62.5,
    score=Decimal("0.6"),
    score_reason="Half way.",
    context={"industry": "retail"},
    key_results=(RESULT,),
)


def test_csv_runs_nothing_and_numbers_stay_numbers() -> None:
    content = render_okr(OKR, Format.CSV).content.decode("utf-8-sig")
    objective, result, check_in = csv.DictReader(io.StringIO(content))

    assert objective["title"] == "'" + OKR.title
    assert result["title"] == "'@Churn from 8 % to 4 %"
    assert check_in["note"].startswith("'=cmd")
    assert (result["baseline"], result["target"], result["current"]) == ("8", "4.25", "-5.5")


def test_xlsx_runs_nothing_and_numbers_stay_numbers() -> None:
    book = load_workbook(io.BytesIO(render_okr(OKR, Format.XLSX).content))
    header, objective, result, check_in = book["OKRs"].iter_rows()
    names = [cell.value for cell in header]

    assert {cell.data_type for row in (objective, result, check_in) for cell in row} <= {"s", "n", "d"}
    assert objective[names.index("title")].value == "'" + OKR.title
    assert result[names.index("target")].value == 4.25
    assert check_in[names.index("current")].value == -5.5


def test_json_holds_everything() -> None:
    document = json.loads(render_okr(OKR, Format.JSON).content)

    objective = document["objectives"][0]
    assert (document["format"], document["version"]) == ("okr", 1)
    assert (objective["title"], objective["context"]) == (OKR.title, {"industry": "retail"})
    assert objective["key_results"][0]["check_ins"][0]["value"] == -5.5


def test_markdown_reads_well_and_means_nothing_else() -> None:
    page = render_okr(OKR, Format.MARKDOWN).content.decode()

    assert page.startswith("## ")
    assert "| 8 → 4.25 % | -5.5 |" in page
    assert "\\*bold\\*" in page
    assert "\\<b\\>" in page


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-03-31 and 5 + 3 = 8!", "2026-03-31 and 5 + 3 = 8!"),
        ("- not a list", "\\- not a list"),
        ("1. not a list", "1\\. not a list"),
        ("a & b [x](http://y)", "a \\& b \\[x\\](http://y)"),
    ],
)
def test_markdown_marks_only_what_would_mean_something(text: str, written: str) -> None:
    page = render_okr(ObjectiveRecord(title="T", description=text), Format.MARKDOWN).content.decode()

    assert page.rstrip("\n").endswith("\n" + written)


def test_pdf_is_set_with_letters_of_every_script() -> None:
    content = render_okrs([OKR, OKR], Format.PDF).content

    assert content.startswith(b"%PDF-")
    assert b"DejaVuSans" in content
    assert b"STSong-Light" in content


def test_the_font_has_the_letters_of_europe_and_common_signs() -> None:
    letters = "äöüßéñçłőšžğıŞçøåæþðАБВЖЯёїαβγΩ“”„–—…€£•✓→≥≤±×"
    font = TTFont("Any", str(FONT_FILE))

    assert [one for one in letters if ord(one) not in font.face.charToGlyph] == []


def test_pdf_takes_hostile_and_endless_texts() -> None:
    endless = ObjectiveRecord(title="<font " + "x" * 20_000 + "&", description="\x0b\x00" + "中" * 5_000)

    assert render_okr(endless, Format.PDF).content.startswith(b"%PDF-")


@pytest.mark.parametrize("form", list(Format))
def test_nothing_to_export_is_still_a_file(form: Format) -> None:
    assert render_okrs([], form).content


@pytest.mark.parametrize("form", list(Format))
def test_the_same_okr_is_named_by_its_format(form: Format) -> None:
    assert render_okr(OKR, form, name="draft").filename == f"draft.{form.value}"
