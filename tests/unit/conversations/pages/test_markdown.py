"""Markdown of a model: what is kept, and what can do no harm."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.pages.markdown import render_markdown

HARMLESS = re.compile(
    r"</?(p|br|hr|strong|em|s|code|pre|blockquote|ul|li|h[3-6]|table|thead|tbody|tr|th|td)( /)?>"
    r'|</?a>|<a href="(https?://|mailto:)[^"<>]*" rel="noopener noreferrer nofollow">|</?ol( start="\d+")?>'
    r'|<a rel="noopener noreferrer nofollow">'
)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![pixel](https://evil.example/pixel.png)",
        "[click](javascript:alert(1))",
        "[click](JaVaScRiPt:alert(1))",
        "[click](data:text/html,<script>alert(1)</script>)",
        "[click](vbscript:x)",
        '[click](https://a.example "onmouseover=alert(1)")',
        "<a href='javascript:alert(1)'>x</a>",
        "<p style='position:fixed' onclick='alert(1)'>x</p>",
        "<iframe src=https://evil.example></iframe>",
        "<svg><script>alert(1)</script></svg>",
        "```html\n<script>alert(1)</script>\n```",
        '```"onclick="alert(1)\nx\n```',
        "| a |\n| --- |\n| <img src=x onerror=alert(1)> |",
        "<javascript:alert(1)>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<math><mtext></p><img src onerror=alert(1)>",
    ],
)
def test_nothing_but_harmless_tags_remains(hostile: str) -> None:
    assert "<" not in HARMLESS.sub("", render_markdown(hostile))


PIECES = ["<", ">", "](", "[x", ")", "`", "javascript:", "onerror=", "img ", '"', "\n", "|", "!", "a"]


@given(st.lists(st.sampled_from(PIECES)))
def test_no_text_becomes_a_tag_of_its_own(pieces: list[str]) -> None:
    assert "<" not in HARMLESS.sub("", render_markdown("".join(pieces)))


def test_what_coaches_use_is_kept() -> None:
    html = render_markdown(
        "**Objective:** grow\n\n1. one\n2. *two*\n\n> quote\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n[a](https://a.example)"
    )

    for kept in ("<strong>", "<ol>", "<em>", "<blockquote>", "<table>", 'href="https://a.example"'):
        assert kept in html


def test_headings_stay_below_those_of_the_page() -> None:
    html = render_markdown("# One\n\n## Two\n\n###### Six")

    assert re.findall(r"<(h\d)>", html) == ["h3", "h4", "h6"]
