"""What processes say is kept in files that do not grow without end."""

from pathlib import Path

import pytest

from okrproject.stack import output
from okrproject.stack.output import Output


def test_each_line_goes_to_the_console_with_its_name_and_to_its_file(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    with Output(tmp_path / "logs") as log:
        log.line("web", b"hello")
        log.line("worker-1", "größer".encode())
        log.announce("ready http://127.0.0.1:8000")

    shown = capfdbinary.readouterr().out.decode().splitlines()
    assert shown == ["web       | hello", "worker-1  | größer", "ready http://127.0.0.1:8000"]
    assert (tmp_path / "logs" / "web.log").read_bytes() == b"hello\n"
    assert (tmp_path / "logs" / "web.log").stat().st_mode & 0o777 == 0o600


def test_a_full_file_moves_aside_and_the_oldest_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(output, "_MOST_BYTES", 20)

    with Output(tmp_path) as log:
        for number in range(10):
            log.line("web", f"line {number} ....".encode())

    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["web.log", "web.log.1", "web.log.2"]
    assert (tmp_path / "web.log").read_text() == "line 9 ....\n"
    assert (tmp_path / "web.log.1").read_text() == "line 8 ....\n"


def test_a_console_that_is_gone_does_not_stop_the_files(tmp_path: Path) -> None:
    class Gone:
        def write(self, line: bytes) -> int:
            raise BrokenPipeError

    with Output(tmp_path) as log:
        log._console = Gone()  # type: ignore[assignment]  # only what is called
        log.line("web", b"one")
        log.line("web", b"two")

    assert (tmp_path / "web.log").read_text() == "one\ntwo\n"
