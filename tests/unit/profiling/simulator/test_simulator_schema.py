"""Documents for schemas that are not the coach's, and the events that carry answers."""

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiling.simulator.events import MAX_PIECES, pieces_of
from profiling.simulator.schema import minimal_document

NESTED = {
    "type": "object",
    "required": ["title", "kind", "count", "tags", "owner", "due", "same"],
    "additionalProperties": False,
    "properties": {
        "title": {"type": "string"},
        "kind": {"enum": ["a", "b"]},
        "count": {"type": "integer", "minimum": 3},
        "tags": {"type": "array", "minItems": 2, "items": {"type": "string"}},
        "owner": {"$ref": "#/$defs/person"},
        "due": {"type": "string", "format": "date"},
        "same": {"const": 7},
        "optional": {"type": "boolean"},
    },
    "$defs": {
        "person": {
            "type": "object",
            "required": ["name", "boss"],
            "properties": {"name": {"type": ["string", "null"]}, "boss": {"anyOf": [{"type": "null"}]}},
        }
    },
}


@pytest.mark.parametrize(
    "schema", [NESTED, {"type": "array", "items": {}}, {"type": "boolean"}, {"const": None}]
)
def test_the_document_satisfies_the_schema(schema: dict[str, object]) -> None:
    jsonschema_rs.validate(schema, minimal_document(schema, text="words"))


def test_a_schema_that_refers_to_itself_comes_to_an_end() -> None:
    schema: dict[str, object] = {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"$ref": "#"}},
    }

    assert minimal_document(schema, text="words")


@given(st.text(max_size=3_000))
def test_the_pieces_are_few_and_make_up_the_text(text: str) -> None:
    pieces = pieces_of(text)

    assert "".join(pieces) == text
    assert 1 <= len(pieces) <= MAX_PIECES
