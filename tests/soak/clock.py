"""A clock that jumps: libfaketime reads from a file how far the clocks of workers and beat are off."""

from pathlib import Path

_LIBRARIES = "*/faketime/libfaketimeMT.so.1"
_HOOK = Path(__file__).with_name("clock_hook")


def clock_of(folder: Path) -> tuple[Path | None, dict[str, str]]:
    """Give the file that moves the clocks and the environment that makes processes read it.

    Monotonic clocks are left alone, as they are when a real clock is set.
    """
    libraries = list(Path("/usr/lib").glob(_LIBRARIES))
    if not libraries:
        return None, {}
    clock = folder / "clock"
    clock.write_text("+0")
    return clock, {
        "PYTHONPATH": str(_HOOK),
        "SOAK_CLOCK_LIBRARY": str(libraries[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
