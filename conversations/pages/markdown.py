"""What a model wrote, as HTML that can do no harm."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

# The page itself uses the first two levels.
_FIRST_HEADING = 3
_TAGS = frozenset(
    {"p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
    | {"h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}
)


def render_markdown(text: str) -> SafeString:
    """Render Markdown without images, raw HTML or any attribute but a harmless link's.

    The renderer already escapes HTML; the sanitiser behind it does not trust the renderer.
    """
    clean = nh3.clean(
        _markdown.render(text),
        tags=set(_TAGS),
        # The star takes away `title` and `lang`, which any tag could have.
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(clean)  # noqa: S308 - the sanitiser's output  # nosec B308, B703


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + _FIRST_HEADING - 1, 6)}"


# One renderer for all threads: it keeps nothing between calls.
_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
_markdown.core.ruler.push("lower_headings", _lower_headings)
