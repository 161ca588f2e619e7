"""`manage.py evaluate`."""

from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command

GOOD = "[[conversation]]\nname = 'one'\nabout = 'a'\nturns = [{ user = 'Hello!', phase = 'discovery' }]\n"
BAD = "[[conversation]]\nname = 'two'\nabout = 'a'\nturns = [{ user = 'Hello!', phase = 'completed' }]\n"


def held(folder: Path, text: str, *more: str) -> None:
    """Run the command on these conversations."""
    (folder / "set.toml").write_text(text)
    call_command("evaluate", "--in-process", "--from", str(folder), *more)


def test_it_tells_what_it_held(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.json"

    held(tmp_path, GOOD, "--out", str(out))

    said = capsys.readouterr().out
    assert "ok   one (1 messages)" in said
    assert "1 of 1 as they should be" in said
    assert orjson.loads(out.read_bytes())["share"] == 1


def test_a_regression_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="has become worse") as ended:
        held(tmp_path, GOOD + BAD)

    assert ended.value.returncode == 1
    assert "expected phase: turn 1: completed was expected, and not discovery" in capsys.readouterr().out


def test_a_live_model_may_be_given_some_room(tmp_path: Path) -> None:
    held(tmp_path, GOOD + BAD, "--at-least", "0.5")


def test_a_wrong_name_or_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No conversation has such a name"):
        held(tmp_path, GOOD, "three")
    with pytest.raises(CommandError, match="holds no conversations"):
        held(tmp_path, "nothing = 1")
