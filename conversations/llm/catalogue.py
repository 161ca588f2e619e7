"""What is known of each model: its prices and the parameters it takes, read from `models.toml`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("models.toml")
_SNAPSHOT = re.compile(r"-\d{8}$")


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One model's prices in dollars per million tokens, its shortest cached prefix, and its parameters."""

    input: Decimal
    output: Decimal
    cache_write: Decimal
    cache_read: Decimal
    cached_from: int = 1_024
    efforts: tuple[str, ...] = ()
    thinking: Mapping[str, object] = field(default_factory=dict)


def family(model: str) -> str:
    """Give the model's name without the date of its snapshot."""
    return _SNAPSHOT.sub("", model)


@cache
def catalogue(path: Path = _FILE) -> Mapping[str, ModelCard]:
    """Read the cards by model name."""
    with path.open("rb") as file:
        return {name: _card(entry) for name, entry in tomllib.load(file).items()}


def _card(entry: Mapping[str, object]) -> ModelCard:
    efforts, thinking = entry.get("efforts", ()), entry.get("thinking", {})
    assert isinstance(efforts, list | tuple)
    assert isinstance(thinking, dict)
    return ModelCard(
        input=Decimal(str(entry["input"])),
        output=Decimal(str(entry["output"])),
        cache_write=Decimal(str(entry["cache_write"])),
        cache_read=Decimal(str(entry["cache_read"])),
        cached_from=int(str(entry["cached_from"])),
        efforts=tuple(str(one) for one in efforts),
        thinking=thinking,
    )
