"""What the processes say: prefixed on standard output, and kept in bounded files."""

import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

_MOST_BYTES = 5 * 1024 * 1024
_KEPT_FILES = 3


class _LogFile:
    """One process's log; when it is full it moves aside and the oldest goes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = self._open()

    def write(self, line: bytes) -> None:
        if self._file.tell() + len(line) > _MOST_BYTES:
            self._file.close()
            self._move_aside()
            self._file = self._open()
        self._file.write(line)
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _open(self) -> BinaryIO:
        file = self._path.open("ab")
        self._path.chmod(0o600)
        return file

    def _move_aside(self) -> None:
        for number in range(_KEPT_FILES - 1, 0, -1):
            older = self._path.with_name(f"{self._path.name}.{number}")
            newer = self._path if number == 1 else self._path.with_name(f"{self._path.name}.{number - 1}")
            if newer.exists():
                newer.replace(older)


class Output:
    """Writes each line to the console with its process's name, and to that process's file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._files: dict[str, _LogFile] = {}
        self._console: BinaryIO | None = sys.stdout.buffer
        self._lock = threading.Lock()

    def line(self, name: str, line: bytes) -> None:
        """Write one line, which ends without a newline."""
        with self._lock:
            if name not in self._files:
                self._files[name] = _LogFile(self._folder / f"{name}.log")
            self._files[name].write(line + b"\n")
            self._show(f"{name:<9} | ".encode() + line + b"\n")

    def announce(self, sentence: str) -> None:
        """Write a line of our own to the console, without a prefix."""
        with self._lock:
            self._show(sentence.encode() + b"\n")

    def path(self, name: str) -> Path:
        """Give the file that holds a process's lines."""
        return self._folder / f"{name}.log"

    def _show(self, line: bytes) -> None:
        if self._console is None:
            return
        try:
            self._console.write(line)
            self._console.flush()
        except OSError:
            # Nobody reads the console any more; the files go on.
            self._console = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()
