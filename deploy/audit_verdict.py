"""Read what pip-audit found: known vulnerabilities fail; packages it could not ask about are said aloud.

Its own exit code tells neither from the other: without the service it is 1, as for a vulnerability, and
behind a mirror that knows no advisories it is 0 with every package skipped.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def verdict(report: str, said: str) -> tuple[int, list[str]]:
    """Give the exit code and the lines to print for a report, empty when there is none."""
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        last = said.strip().splitlines()[-1:] or ["no answer"]
        return 0, [f"!!! NOT AUDITED: the advisory service could not be asked ({last[0][:200]})."]
    lines = [
        f"{one['name']} {one['version']}: {flaw['id']}, fixed in {_fixed(flaw)}"
        for one in packages
        for flaw in one.get("vulns", ())
    ]
    code = 1 if lines else 0
    if skipped := [one["name"] for one in packages if one.get("skip_reason")]:
        lines.append(
            f"!!! NOT AUDITED: {len(skipped)} of {len(packages)} packages are unknown to the service."
        )
    return code, lines or [f"{len(packages)} packages audited, no known vulnerability."]


def _fixed(flaw: dict[str, Any]) -> str:
    return ", ".join(flaw["fix_versions"]) or "nothing yet"


def main(paths: Sequence[str]) -> int:
    """Print the verdict on the report and on what was said beside it."""
    code, lines = verdict(*(Path(path).read_text() for path in paths))
    sys.stderr.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
