"""What a person sees while the suite runs."""

import time
from collections.abc import Sequence
from statistics import fmean
from typing import TextIO

from profiling.analysis.results import Sample
from profiling.suite.runner import Held

_BAR = 30


class Progress:
    """A bar on a terminal, and a line for each conversation everywhere."""

    def __init__(self, out: TextIO, total: int) -> None:
        self._out = out
        self._total = total
        self._done = 0
        self._live = out.isatty()
        self._began = time.monotonic()

    def on_message(self, sample: Sample) -> None:
        """Count a message."""
        self._done += 1
        if self._live:
            took = "failed" if sample.total_ms is None else f"{sample.total_ms:,.0f} ms"
            self._write(f"\r{self._bar()} {sample.scenario[:34]:<34} {took:>10}")

    def on_scenario(self, held: Held) -> None:
        """Show what a conversation came to."""
        answered = [one for one in held.samples if one.is_answered]
        line = f"{held.script:<32} {len(answered)} messages"
        if answered:
            line += f"  average {fmean(one.total_ms or 0.0 for one in answered):>9,.1f} ms"
            line += f"  cache {_outcomes(answered)}"
        failed = next((one for one in held.samples if not one.is_answered), None)
        if failed is not None:
            line += f"  FAILED at message {failed.index + 1}: {failed.status} {failed.error}"
        bar = "" if self._live else f"{self._bar()} "
        self._write(("\r\x1b[K" if self._live else "") + bar + line + "\n")

    def _bar(self) -> str:
        share = min(1.0, self._done / self._total) if self._total else 1.0
        filled = round(share * _BAR)
        spent = time.monotonic() - self._began
        return f"[{'#' * filled}{'.' * (_BAR - filled)}] {self._done:>4}/{self._total} {spent:>6.1f} s"

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def _outcomes(samples: Sequence[Sample]) -> str:
    counted: dict[str, int] = {}
    for one in samples:
        counted[one.cache or "none"] = counted.get(one.cache or "none", 0) + 1
    return ", ".join(f"{count} {name}" for name, count in sorted(counted.items()))
