"""How progress, scores and findings look in the admin."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from knowledge.progress import colour_of
from knowledge.rubric import Finding

UNKNOWN = "not known yet"
_COLOURS = {"red": "#dc2626", "yellow": "#ca8a04", "green": "#16a34a"}
_SEVERITIES = {"high": "#dc2626", "medium": "#ca8a04", "low": "#6b7280"}


def plain(number: Decimal) -> str:
    """Write a number without the zeros that nobody typed."""
    return format(number.normalize(), "f")


def bar(percent: float | None) -> SafeString | str:
    """Draw a progress bar."""
    if percent is None:
        return UNKNOWN
    return format_html(
        '<div role="progressbar" aria-valuenow="{0}" aria-valuemin="0" aria-valuemax="100" '
        'style="min-width:7rem"><div style="background:#e5e7eb;border-radius:4px;height:8px">'
        '<div style="width:{0}%;background:#7c3aed;border-radius:4px;height:8px"></div></div>{0} %</div>',
        round(percent),
    )


def coloured(score: Decimal | None) -> SafeString | str:
    """Write a score in its colour."""
    if score is None:
        return "–"
    return format_html('<span style="color:{};font-weight:600">{}</span>', _COLOURS[colour_of(score)], score)


def listed(findings: Iterable[Finding]) -> SafeString | str:
    """List findings with what to ask."""
    rows = [
        (_SEVERITIES[one.severity.value], one.code.value.replace("_", " "), one.message, one.suggestion)
        for one in findings
    ]
    if not rows:
        return "none"
    return format_html(
        "<ul>{}</ul>",
        format_html_join("", '<li><b style="color:{}">{}</b>: {} <i>{}</i></li>', rows),
    )
