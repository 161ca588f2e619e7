"""The library as shipped: the JSON files beside this module."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from knowledge.library.content import Kind, LibraryItem, OutcomeType, parse_body
from knowledge.library.fields import Fields

DATA: Final = Path(__file__).parent / "data"


def shipped_items() -> tuple[LibraryItem, ...]:
    """Read every shipped item; raises LibraryContentError at the first that is wrong."""
    return (*_examples(), *_metrics(), *_templates(), *_antipatterns())


def read_json(path: Path) -> Fields:
    """Read a file that holds one JSON object."""
    return Fields.of(json.loads(path.read_text(encoding="utf-8")), path.name)


def _entries(path: Path, name: str) -> Iterator[Fields]:
    for entry, place in read_json(path).listed(name):
        yield Fields.of(entry, place)


def _examples() -> Iterator[LibraryItem]:
    for path in sorted((DATA / "examples").glob("*.json")):
        industry = read_json(path).text("industry")
        for entry in _entries(path, "examples"):
            yield LibraryItem(
                kind=Kind.EXAMPLE,
                slug=entry.text("slug"),
                title=entry.text("title"),
                industry=industry,
                functions=(entry.text("function"),),
                outcome_type=None,
                body=parse_body(Kind.EXAMPLE, entry),
            )


def _metrics() -> Iterator[LibraryItem]:
    for entry in _entries(DATA / "metrics.json", "metrics"):
        yield _for_any_industry(Kind.METRIC, entry)


def _templates() -> Iterator[LibraryItem]:
    for entry in _entries(DATA / "templates.json", "templates"):
        yield _for_any_industry(Kind.TEMPLATE, entry)


def _for_any_industry(kind: Kind, entry: Fields) -> LibraryItem:
    return LibraryItem(
        kind=kind,
        slug=entry.text("slug"),
        title=entry.text("title"),
        industry="",
        functions=entry.texts("functions"),
        outcome_type=entry.choice("outcome_type", OutcomeType),
        body=parse_body(kind, entry),
    )


def _antipatterns() -> Iterator[LibraryItem]:
    for entry in _entries(DATA / "antipatterns.json", "antipatterns"):
        yield LibraryItem(
            kind=Kind.ANTIPATTERN,
            slug="antipattern-" + entry.text("code").replace("_", "-"),
            title=entry.text("title"),
            industry="",
            functions=(),
            outcome_type=None,
            body=parse_body(Kind.ANTIPATTERN, entry),
        )
