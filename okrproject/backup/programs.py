"""PostgreSQL's own programs for dumps; passwords go by the environment, never by the command line."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from okrproject.stack.wheels import postgres_installation


class ProgramError(Exception):
    """One of PostgreSQL's programs failed."""


def dump(url: str, path: Path) -> None:
    """Write everything in a database to a file, as one consistent moment of it."""
    _run("pg_dump", url, ["--format=custom", "--no-owner", "--no-privileges", f"--file={path}"])


def load(url: str, path: Path) -> None:
    """Fill an empty database from a file, all of it or nothing."""
    options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    _run("pg_restore", url, [*options, str(path)])


def contents(path: Path) -> list[str]:
    """List what a file holds; raises ProgramError for one that is no dump."""
    listed = _program("pg_restore", ["--list", str(path)], {})
    return [line for line in listed.splitlines() if line and not line.startswith(";")]


def _run(name: str, url: str, options: Sequence[str]) -> str:
    parts = urlsplit(url)
    surroundings = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGCONNECT_TIMEOUT": "10",
    }
    return _program(name, [f"--dbname={parts.path.lstrip('/')}", *options], surroundings)


def _program(name: str, arguments: Sequence[str], surroundings: dict[str, str]) -> str:
    done = subprocess.run(  # noqa: S603 - our own command line
        [str(postgres_installation() / "bin" / name), *arguments],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"} | surroundings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProgramError(f"{name} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
