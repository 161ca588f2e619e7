"""A clock that jumps: a file says how many seconds the clocks of workers and beat are off."""

from pathlib import Path

_HOOK = Path(__file__).with_name("clock_hook")


def clock_of(folder: Path) -> tuple[Path, dict[str, str]]:
    """Give the file that moves the clocks and the environment that makes processes read it.

    Monotonic clocks are left alone, as they are when a real clock is set.
    """
    clock = folder / "clock"
    clock.write_text("0")
    return clock, {"PYTHONPATH": str(_HOOK), "SOAK_CLOCK": str(clock)}
