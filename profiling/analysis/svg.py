"""The few shapes that charts are made of, as SVG text."""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

WIDTH = 880
INK, FAINT, GRID = "#1f2937", "#6b7280", "#e5e7eb"
COLOURS = ("#2563eb", "#d97706", "#059669", "#db2777", "#7c3aed", "#0891b2", "#65a30d", "#b91c1c")


def drawing(title: str, height: float, shapes: Iterable[str]) -> str:
    """Give a whole picture with a heading; screen readers hear the heading."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="{INK}">'
        f"<title>{escape(title)}</title>"
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
        f"{words(16, 26, title, size=15, weight=600)}{''.join(shapes)}</svg>\n"
    )


def words(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, weight: int = 400,
    colour: str = INK,
) -> str:  # fmt: skip
    """Write a line of text."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}" fill="{colour}">{escape(text)}</text>'
    )


def box(x: float, y: float, width: float, height: float, colour: str, *, says: str = "") -> str:
    """Fill a rectangle; pointing at it shows what it says."""
    told = f"<title>{escape(says)}</title>" if says else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}" rx="2" '
        f'fill="{colour}">{told}</rect>'
    )


def stroke(x1: float, y1: float, x2: float, y2: float, colour: str = GRID, *, dashed: bool = False) -> str:
    """Draw a straight line."""
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dash}/>'


def dot(x: float, y: float, colour: str, *, says: str = "", radius: float = 3) -> str:
    """Draw a point."""
    told = f"<title>{escape(says)}</title>" if says else ""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}" fill-opacity="0.6">{told}</circle>'
    )


def path(points: Sequence[tuple[float, float]], colour: str) -> str:
    """Draw a line through points."""
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
