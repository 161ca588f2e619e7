"""How the last renewal of a running stack ended, kept in a file for whoever asked for it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from okrproject.stack.private import write_private

RENEWAL_FILE = "renewal.json"


@dataclass(frozen=True, slots=True)
class Renewal:
    """One renewal: its number within the stack's life, and what went wrong if anything did."""

    number: int = 0
    problem: str = ""
    seconds: float = 0.0


def last_renewal(data_dir: Path) -> Renewal:
    """Read how the last one ended; number 0 when there was none."""
    try:
        return Renewal(**json.loads((data_dir / RENEWAL_FILE).read_text()))
    except FileNotFoundError:
        return Renewal()


def note_renewal(data_dir: Path, renewal: Renewal) -> None:
    """Write how one ended."""
    write_private(data_dir / RENEWAL_FILE, json.dumps(asdict(renewal)))
