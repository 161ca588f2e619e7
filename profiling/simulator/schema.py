"""The smallest JSON document that satisfies a schema, for answers that are not the coach's."""

from profiling.simulator.errors import JsonObject

MAX_DEPTH = 32


def minimal_document(
    schema: JsonObject, *, text: str, root: JsonObject | None = None, depth: int = 0
) -> object:
    """Build a document for the schema; strings carry the given text, as far as they are free to."""
    root = schema if root is None else root
    if depth > MAX_DEPTH:
        return None
    schema = _resolved(schema, root)
    if "const" in schema:
        return schema["const"]
    options = schema.get("enum")
    if isinstance(options, list) and options:
        return options[0]
    for key in ("anyOf", "oneOf", "allOf"):
        branches = schema.get(key)
        if isinstance(branches, list) and branches and isinstance(branches[0], dict):
            return minimal_document(branches[0], text=text, root=root, depth=depth + 1)
    return _of_type(schema, text=text, root=root, depth=depth)


def _of_type(schema: JsonObject, *, text: str, root: JsonObject, depth: int) -> object:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0] if kind else None
    match kind:
        case "string":
            return _string(schema, text)
        case "integer" | "number":
            low = schema.get("minimum", 0)
            return low if isinstance(low, int | float) else 0
        case "boolean":
            return False
        case "array":
            return _array(schema, text=text, root=root, depth=depth)
        case "object":
            return _object(schema, text=text, root=root, depth=depth)
    return _object(schema, text=text, root=root, depth=depth) if "properties" in schema else None


def _string(schema: JsonObject, text: str) -> str:
    samples = {
        "date": "2026-01-01",
        "date-time": "2026-01-01T00:00:00Z",
        "time": "00:00:00Z",
        "email": "someone@example.com",
        "uri": "https://example.com/",
        "uuid": "00000000-0000-4000-8000-000000000000",
    }
    return samples.get(str(schema.get("format")), text)


def _array(schema: JsonObject, *, text: str, root: JsonObject, depth: int) -> list[object]:
    items, count = schema.get("items"), schema.get("minItems", 0)
    if not isinstance(items, dict) or not isinstance(count, int):
        return []
    return [minimal_document(items, text=text, root=root, depth=depth + 1) for _ in range(count)]


def _object(schema: JsonObject, *, text: str, root: JsonObject, depth: int) -> JsonObject:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(properties, dict) or not isinstance(required, list):
        return {}
    return {
        name: minimal_document(part, text=text, root=root, depth=depth + 1)
        for name, part in properties.items()
        if name in required and isinstance(part, dict)
    }


def _resolved(schema: JsonObject, root: JsonObject) -> JsonObject:
    """Follow local references, a bounded number of times."""
    for _ in range(MAX_DEPTH):
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            break
        target: object = root
        for part in reference.removeprefix("#").strip("/").split("/"):
            if part:
                target = target.get(part) if isinstance(target, dict) else None
        schema = target if isinstance(target, dict) else {}
    return schema
