"""A known vulnerability fails the build; a service that is away does not, but it is said aloud."""

import importlib.util
import json
from pathlib import Path
from typing import Any

_PATH = Path(__file__).resolve().parents[3] / "deploy" / "audit_verdict.py"
_SPEC = importlib.util.spec_from_file_location("audit_verdict", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
audit_verdict = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(audit_verdict)

FINE = {"name": "django", "version": "5.2", "vulns": []}
FLAWED = {"name": "amqp", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
SKIPPED = {"name": "redis", "skip_reason": "Dependency not found on PyPI and could not be audited"}


def verdict(*packages: dict[str, Any]) -> tuple[int, str]:
    code, lines = audit_verdict.verdict(json.dumps({"dependencies": packages}), "")
    return code, "\n".join(lines)


def test_a_known_vulnerability_fails_with_its_name() -> None:
    code, said = verdict(FINE, FLAWED)

    assert code == 1
    assert "amqp 1: PYSEC-1, fixed in 2" in said


def test_packages_that_nobody_could_be_asked_about_are_said_aloud() -> None:
    code, said = verdict(FINE, SKIPPED)

    assert code == 0
    assert "NOT AUDITED: 1 of 2" in said


def test_a_vulnerability_fails_also_beside_packages_that_were_skipped() -> None:
    assert verdict(FLAWED, SKIPPED)[0] == 1


def test_without_the_service_the_build_goes_on_and_says_so() -> None:
    code, lines = audit_verdict.verdict("", "ERROR: connection refused\n")

    assert code == 0
    assert "NOT AUDITED" in lines[0]
    assert "connection refused" in lines[0]


def test_an_audit_without_findings_is_quietly_good() -> None:
    assert verdict(FINE) == (0, "1 packages audited, no known vulnerability.")
