"""`.env.example` lists every setting, and only settings."""

import ast
import re
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[3]
READERS = {"text", "flag", "number", "whole", "words", "url", "networks", "choice"}
# Set by the supervisor for its own children; not for people.
INTERNAL = {"OKR_SUPERVISED", "OKR_LISTEN_FD", "OKR_READY_FILE"}


def variables_of(path: Path) -> set[str]:
    """Find every name that a file reads through `okrproject.env`."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Attribute | ast.Name)
        and (call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id) in READERS
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and re.fullmatch(r"[A-Z][A-Z_]+", str(call.args[0].value))
    }


def read_variables() -> set[str]:
    """Find every setting that the product reads from its environment."""
    read = {name for path in (ROOT / "okrproject").rglob("*.py") for name in variables_of(path)}
    return (read | {"OKR_DATA_DIR"}) - INTERNAL


def documented() -> dict[str, str]:
    """Give the names in the example with the values beside them."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    found = [re.fullmatch(r"# ([A-Z][A-Z_]+)=(.*)", line) for line in lines]
    return {match[1]: match[2] for match in found if match}


def test_it_lists_every_setting_and_nothing_else() -> None:
    assert set(documented()) == read_variables()


def test_it_names_each_setting_once() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    names = [line[2:].split("=")[0] for line in lines if re.fullmatch(r"# [A-Z][A-Z_]+=.*", line)]

    assert sorted(names) == sorted(set(names))


def test_it_shows_the_defaults() -> None:
    shown = documented()

    assert float(shown["RESPONSE_CACHE_TTL_SECONDS"]) == settings.RESPONSE_CACHE_TTL.total_seconds()
    assert int(shown["RESPONSE_CACHE_MAX_ENTRIES"]) == settings.RESPONSE_CACHE_MAX_ENTRIES
    assert float(shown["JOB_LEASE_SECONDS"]) == settings.JOB_LEASE.total_seconds()
    assert float(shown["JOB_DEADLINE_SECONDS"]) == settings.JOB_DEADLINE.total_seconds()
    assert int(shown["JOB_MAX_ATTEMPTS"]) == settings.JOB_MAX_ATTEMPTS
    assert int(shown["WORKER_THREADS"]) == settings.WORKER_THREADS
    assert shown["CLAUDE_MODEL"] == settings.CLAUDE_MODEL


def test_uncommenting_every_line_is_a_valid_configuration() -> None:
    # Values are read as they stand, so none may need quotes or carry a remark.
    assert all(value == value.strip() and "#" not in value for value in documented().values())
