"""Make a backup: one file, for its owner alone, that is known to be readable."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from okrproject.backup import programs
from okrproject.stack.standalone import database_of, has_embedded


class NothingToBackUpError(Exception):
    """There is no database in this folder yet."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A file, and how much of the database it holds."""

    path: Path
    size: int
    tables: int


def back_up(data_dir: Path, path: Path | None = None, *, embedded_only: bool) -> Backup:
    """Write a backup; half a file never bears a backup's name."""
    if embedded_only and not has_embedded(data_dir):
        raise NothingToBackUpError(f"There is no database in {data_dir} yet.")
    target = path or data_dir / "backups" / f"okr-{datetime.now(UTC):%Y%m%dT%H%M%S}.dump"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        with database_of(data_dir) as database:
            programs.dump(database.url, draft)
        tables = sum(" TABLE DATA " in line for line in programs.contents(draft))
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return Backup(target, target.stat().st_size, tables)
