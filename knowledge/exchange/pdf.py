"""Records as PDF, in the letters they were written in.

The font beside this module covers Latin, Greek, Cyrillic and symbols. Chinese, Japanese and Korean are
set in fonts that PDF readers bring along. What neither has is shown as the font's empty box.
"""

import io
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from knowledge.exchange.documents import facts_of, percent, score, way_of
from knowledge.exchange.records import KeyResultRecord, ObjectiveRecord

_FONT = "DejaVuSans"
FONT_FILE = Path(__file__).with_name("fonts") / "DejaVuSans.ttf"
_HAN, _KANA, _HANGUL = "STSong-Light", "HeiseiKakuGo-W5", "HYGothic-Medium"
_WIDTHS = (80 * mm, 38 * mm, 18 * mm, 18 * mm, 26 * mm)
_MAX_TEXT = 4_000
_TITLE = ParagraphStyle("title", fontName=_FONT, fontSize=14, leading=18, spaceAfter=4, wordWrap="CJK")
_TEXT = ParagraphStyle("text", fontName=_FONT, fontSize=9, leading=12, spaceAfter=2, wordWrap="CJK")
_SMALL = ParagraphStyle("small", fontName=_FONT, fontSize=8, leading=10, wordWrap="CJK")
_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.lightgrey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


def as_pdf(objectives: Iterable[ObjectiveRecord]) -> bytes:
    """Write pages with each objective's facts and a table of its key results."""
    _register_fonts()
    out = io.BytesIO()
    page = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=15 * mm, rightMargin=15 * mm, title="OKRs", author="", invariant=1
    )
    page.build([part for one in objectives for part in _section(one)] or [Paragraph("No objectives.", _TEXT)])
    return out.getvalue()


def _section(one: ObjectiveRecord) -> list[Flowable]:
    parts: list[Flowable] = [_words(one.title, _TITLE)]
    parts += [_words(f"{name}: {value}", _TEXT) for name, value in facts_of(one)]
    if one.description:
        parts.append(_words(one.description, _TEXT))
    if one.key_results:
        head = [_words(name, _SMALL) for name in ("Key result", "From → to", "Now", "Progress", "Score")]
        rows = [head, *(_row(result) for result in one.key_results)]
        parts += [Spacer(1, 2 * mm), Table(rows, colWidths=_WIDTHS, style=_GRID, repeatRows=1)]
    return [*parts, Spacer(1, 8 * mm)]


def _row(one: KeyResultRecord) -> list[Paragraph]:
    now = "" if one.current is None else format(one.current.normalize(), "f")
    cells = (one.title, way_of(one), now, percent(one.progress), score(one.score))
    return [_words(cell, _SMALL) for cell in cells]


def _words(text: str, style: ParagraphStyle) -> Paragraph:
    """Set a text, each stretch in a font that has its letters; a row higher than a page cannot be set."""
    shown = text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"
    spans = ((font, "".join(letters)) for font, letters in groupby(shown, _font_for))
    return Paragraph(
        "".join(f'<font name="{font}">{escape(letters)}</font>' for font, letters in spans), style
    )


def _font_for(letter: str) -> str:
    code = ord(letter)
    if code < 0x2E80:
        return _FONT
    if 0x3040 <= code <= 0x30FF:
        return _KANA
    if 0xAC00 <= code <= 0xD7AF or 0x1100 <= code <= 0x11FF:
        return _HANGUL
    if code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF:
        return _HAN
    return _FONT


@cache
def _register_fonts() -> None:
    pdfmetrics.registerFont(TTFont(_FONT, str(FONT_FILE)))
    for name in (_HAN, _KANA, _HANGUL):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
