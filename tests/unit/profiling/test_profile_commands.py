"""The commands: what they write, say and return."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from tests.unit.profiling.analysis.profiles import OLDER


def _slower(folder: Path, factor: float) -> Path:
    document = json.loads(OLDER.read_text())
    for scenario in document["scenarios"]:
        scenario["totalTime"] *= factor
    path = folder / "slower.json"
    path.write_text(json.dumps(document))
    return path


def test_an_older_file_is_analysed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("analyze_profile", str(OLDER), out=tmp_path)

    said = capsys.readouterr().out
    assert "181,593 ms in all, 39 messages" in said
    assert "1. Refinement Phase: 4,060 ms" in said
    assert {one.name for one in tmp_path.iterdir()} == {
        "BOTTLENECK_ANALYSIS.md", "OPTIMIZATION_ROADMAP.md", "scenarios.svg", "share-of-time.svg",
    }  # fmt: skip


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"timestamp": "x", "scenarios": []}'])
def test_a_wrong_file_is_refused_and_nothing_written(tmp_path: Path, content: str | None) -> None:
    path, out = tmp_path / "wrong.json", tmp_path / "out"
    if content is not None:
        path.write_text(content)

    with pytest.raises(CommandError, match=r"wrong\.json"):
        call_command("analyze_profile", str(path), out=out)

    assert not out.exists()


def test_a_regression_exits_with_one(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"\+20\.0%") as refused:
        call_command("compare_profiles", str(OLDER), str(_slower(tmp_path, 1.2)), out=tmp_path)

    assert refused.value.returncode == 1
    assert "**Regression**" in (tmp_path / "PERFORMANCE_REPORT.md").read_text()


def test_an_allowed_change_passes(tmp_path: Path) -> None:
    slower = str(_slower(tmp_path, 1.2))

    call_command("compare_profiles", str(OLDER), slower, "--max-regression", "25%", out=tmp_path)

    assert "No regression" in (tmp_path / "PERFORMANCE_REPORT.md").read_text()


def test_a_wrong_file_is_not_a_regression(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("compare_profiles", str(OLDER), str(tmp_path / "absent.json"), out=tmp_path)

    assert refused.value.returncode == 2


def test_without_a_stack_the_suite_says_so(tmp_path: Path) -> None:
    with override_settings(DATA_DIR=tmp_path), pytest.raises(CommandError, match="No stack runs") as refused:
        call_command("profile_conversations")

    assert refused.value.returncode == 2


def test_an_address_where_nobody_answers_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKR_API_KEY", "key")

    with pytest.raises(CommandError, match=r"No stack is ready at http://127\.0\.0\.1:9"):
        call_command("profile_conversations", "--base-url", "http://127.0.0.1:9", out=tmp_path)

    assert list(tmp_path.iterdir()) == []
