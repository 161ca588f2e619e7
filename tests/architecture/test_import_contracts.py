"""The import contracts of pyproject.toml hold."""

import sys
from pathlib import Path
from subprocess import run

ROOT = Path(__file__).resolve().parents[2]


def test_imports_point_downwards() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    result = run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout
